package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
)

// The account and the app id of the first bot.
const (
	firstAccount = "WikigateBot"
	firstApp     = "start"
)

// createFirstBot makes a bot account with a bot password when there is no
// account at all. The account has no password of its own.
func createFirstBot(ctx context.Context, a *app.App) (bot botpassword.Created, created bool, err error) {
	accounts, err := a.Accounts.List(ctx, account.Page{Limit: 1})
	if err != nil || len(accounts) > 0 {
		return bot, false, err
	}
	if _, err = a.Accounts.Create(ctx, account.CreateRequest{Name: firstAccount, Groups: []string{"bot"}}); err != nil {
		return bot, false, err
	}
	bot, err = a.BotPasswords.Create(ctx, botpassword.CreateRequest{
		Owner: firstAccount, App: firstApp, Grants: []string{"basic", "highvolume", "editpage"},
	})
	return bot, err == nil, err
}

const welcomeText = `
This is the first start. A bot account was made; its password is shown this once:

  login name  %s
  password    %s

This command logs in with them and shows who it is (it needs curl):

  %s

`

func (p *program) welcome(api string, bot botpassword.Created) error {
	_, err := fmt.Fprintf(p.stdout, welcomeText, bot.Login, bot.Secret.Reveal(), loginCommand(api, bot.Login, bot.Secret.Reveal()))
	return err
}

// loginCommand is one line for a shell: get a login token, log in, ask who it
// is. The password goes through a pipe, so that it is no argument of curl. The
// shell cuts the token out of the JSON text, where its last two characters, +\,
// are written differently.
func loginCommand(api, login, password string) string {
	steps := []string{
		`api=` + quote(api),
		`jar=$(mktemp)`,
		`t=$(curl -sS -c "$jar" "$api?action=query&meta=tokens&type=login&format=json")`,
		`t=${t#*logintoken\":\"}`,
		`printf %s ` + quote(password) + ` | curl -sS -b "$jar" -c "$jar" --data-urlencode lgpassword@- --data-urlencode ` + quote("lgname="+login) +
			` --data-urlencode "lgtoken=${t%%+*}+\\" "$api?action=login&format=json"`,
		`echo`,
		`curl -sS -b "$jar" "$api?action=query&meta=userinfo&uiprop=groups&format=json"`,
		`echo`,
		`rm -f "$jar"`,
	}
	return "(" + strings.Join(steps, "; ") + ")"
}

// quote makes one word of a shell out of any text.
func quote(s string) string { return `'` + strings.ReplaceAll(s, `'`, `'\''`) + `'` }
