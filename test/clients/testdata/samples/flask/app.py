"""A web form that logs in by clientlogin: it tells whose login it was, or the
code of the message why not, and asks for what further steps want."""

import os

import requests
from flask import Flask, flash, render_template, request

api = os.environ["WIKIGATE_API"]
wiki = requests.Session()  # one for all visitors: this is a demonstration

app = Flask(__name__)
app.secret_key = os.urandom(16)


@app.route("/", methods=["GET", "POST"])
def form():
    if request.method == "GET":
        return render_template("form.html")
    # Where to come back to is what begins a login; without, one goes on.
    return show(send(dict(request.form, loginreturnurl=request.base_url)))


@app.route("/further", methods=["POST"])
def further():
    return show(send(dict(request.form, logincontinue="1")))


def send(fields):
    asked = wiki.get(
        api, params={"action": "query", "meta": "tokens", "type": "login", "format": "json"}
    ).json()
    answer = wiki.post(
        api,
        data={
            **fields,
            "action": "clientlogin",
            "logintoken": asked["query"]["tokens"]["logintoken"],
            "format": "json",
        },
    ).json()
    return answer["clientlogin"]


def show(outcome):
    status = outcome["status"]
    if status == "PASS":
        flash("You are in as %s." % outcome["username"])
    elif status == "UI":
        fields = {}
        for asked in outcome["requests"]:
            fields.update(asked["fields"])
        # Older descriptions of the protocol have no code here.
        flash("There is one more step: %s" % outcome.get("messagecode", outcome["message"]))
        return render_template("further.html", fields=fields)
    else:
        flash("That did not work: %s" % outcome["messagecode"])
    return render_template("form.html")


if __name__ == "__main__":
    app.run(port=0)
