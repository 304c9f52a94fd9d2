"""Log in with a bot password: print the login token, then the answer."""

import os

import requests

api = os.environ["WIKIGATE_API"]
session = requests.Session()  # carries the session cookie from call to call

asked = session.get(
    api, params={"action": "query", "meta": "tokens", "type": "login", "format": "json"}
).json()
token = asked["query"]["tokens"]["logintoken"]
print(token)

answer = session.post(
    api,
    data={
        "action": "login",
        "lgname": os.environ["WIKIGATE_LOGIN"],
        "lgpassword": os.environ["WIKIGATE_PASSWORD"],
        "lgtoken": token,
        "format": "json",
    },
).json()
print(answer)
assert answer["login"]["result"] == "Success", "login was refused"
