"""Log in, fetch a csrf token, log out with it and print the answer."""

import os

import requests

api = os.environ["WIKIGATE_API"]
session = requests.Session()


def get(**params):
    return session.get(api, params={"format": "json", **params}).json()


def post(**fields):
    return session.post(api, data={"format": "json", **fields}).json()


login_token = get(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
post(
    action="login",
    lgname=os.environ["WIKIGATE_LOGIN"],
    lgpassword=os.environ["WIKIGATE_PASSWORD"],
    lgtoken=login_token,
)
csrf_token = get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
print(post(action="logout", token=csrf_token))
