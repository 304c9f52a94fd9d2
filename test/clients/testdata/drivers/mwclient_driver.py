"""Drives mwclient.

It has no logout of its own, so that request goes through its generic post.
Prints one line per step; the first that fails ends the program with a line
saying so.
"""

import os
import sys
from urllib.parse import urlsplit

import mwclient
from mwclient.errors import APIError, LoginError

API = urlsplit(os.environ["WIKIGATE_API"])
LOGIN = os.environ["WIKIGATE_LOGIN"]
PASSWORD = os.environ["WIKIGATE_PASSWORD"]
ACCOUNT = LOGIN.split("@")[0]


def new_site():
    return mwclient.Site(
        API.netloc,
        path=API.path[: -len("api.php")],
        scheme=API.scheme,
        clients_useragent="wikigate-client-tests",
    )


def expect(condition, complaint):
    if not condition:
        raise AssertionError(complaint)


def log_in(site):
    site.login(LOGIN, PASSWORD)
    expect(site.logged_in, "mwclient does not think it is logged in")


def who_am_i(site):
    expect(site.username == ACCOUNT, "known as " + site.username)


def csrf_token(site):
    token = site.get_token("csrf")
    expect(len(token) == 42 and token.endswith("+\\"), "token is " + token)


def assert_user(site):
    # "assert" is a word of the language, hence the dictionary.
    reply = site.get("query", **{"assert": "user"})
    expect("error" not in reply, reply)


def wrong_password(_):
    try:
        new_site().login(LOGIN, "wrong" + PASSWORD[5:])
    except LoginError as error:
        expect(error.code == "Failed", "code is " + error.code)
        expect(error.info, "no reason is given")
    else:
        raise AssertionError("was accepted")


def log_out(site):
    reply = site.post("logout", token=site.get_token("csrf"))
    expect(reply == {}, reply)


def anonymous_afterwards(site):
    userinfo = site.get("query", meta="userinfo")["query"]["userinfo"]
    expect("anon" in userinfo and userinfo["id"] == 0, userinfo)
    expect(not site.logged_in, "mwclient thinks it is still logged in")


def assert_user_refused(site):
    try:
        site.get("query", **{"assert": "user"})
    except APIError as error:
        expect(error.code == "assertuserfailed", "code is " + error.code)
    else:
        raise AssertionError("was accepted")


STEPS = {
    "log in": log_in,
    "who am I": who_am_i,
    "csrf token": csrf_token,
    "assert=user": assert_user,
    "wrong password": wrong_password,
    "log out": log_out,
    "anonymous afterwards": anonymous_afterwards,
    "assert=user refused": assert_user_refused,
}


def main():
    site = new_site()
    for name, step in STEPS.items():
        try:
            step(site)
        except Exception as error:  # whatever it is, it is this step's failure
            sys.exit("FAILED %s: %s: %s" % (name, type(error).__name__, error))
        print("ok", name)


main()
