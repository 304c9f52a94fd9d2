package audit

import (
	"context"
	"log/slog"
)

// Stream is a Sink that writes each row as a line of the log. Logins and
// logouts go to the channel authevents with MediaWiki's keys (AuthManager
// extension WikimediaEvents), all others to the channel audit. The hash in a
// line proves later what the record was, wherever the log is kept.
func Stream(log *slog.Logger) Sink {
	return func(rows []Row) {
		for i := range rows {
			write(log, &rows[i])
		}
	}
}

func write(log *slog.Logger, r *Row) {
	var room [20]slog.Attr
	a := room[:0]
	add := func(key, value string) {
		if value != "" {
			a = append(a, slog.String(key, value))
		}
	}
	message, channel := string(r.Kind), "audit"
	switch r.Kind {
	case Login:
		message, channel = "login attempt", "authevents"
	case Logout:
		channel = "authevents"
	}
	a = append(a, slog.String("channel", channel), slog.String("event", string(r.Kind)), slog.Bool("successful", r.Result == Success))
	if r.Kind == Login {
		a = append(a, slog.String("loginType", r.Method.LoginType()))
	}
	if channel == "authevents" {
		a = append(a, slog.String("status", r.status()))
	}
	add("reason", string(r.Reason))
	a = append(a, slog.String("name", r.Name))
	add("app", r.App)
	if r.Account != 0 {
		a = append(a, slog.Int64("account", r.Account))
	}
	add("address", r.AddressText())
	add("request", r.Request)
	add("client", r.Client)
	add("actor", r.Actor)
	if r.Count > 1 {
		a = append(a, slog.Int64("count", r.Count))
	}
	for _, d := range r.Details {
		add(d.Key, d.Value)
	}
	if r.Seq != 0 {
		a = append(a, slog.Int64("seq", r.Seq), slog.String("hash", r.Hash.String()))
	}
	log.LogAttrs(context.Background(), slog.LevelInfo, message, a...)
}

// LoginType is MediaWiki's word for the way of a login.
func (m Method) LoginType() string {
	switch m {
	case ByBotPassword:
		return "BotPassword"
	case "":
		return "N/A"
	}
	return "AuthManager"
}

// status is MediaWiki's word for the result of a login or logout.
func (r *Row) status() string {
	switch {
	case r.Kind == Logout:
		return string(r.Result)
	case r.Result == Success:
		return "Success"
	case r.Reason == TokenWrong:
		return "WrongToken"
	case r.Reason == TokenMissing:
		return "NeedToken"
	case r.Reason == MustChange, r.Reason == NeedsAnswer:
		return "Aborted"
	}
	return "Failed"
}
