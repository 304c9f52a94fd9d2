"""Ask for a login token and print it."""

import os

import requests

reply = requests.Session().get(
    os.environ["WIKIGATE_API"],
    params={"action": "query", "meta": "tokens", "type": "login", "format": "json"},
)
print(reply.json()["query"]["tokens"]["logintoken"])
