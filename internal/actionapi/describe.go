package actionapi

import (
	"strings"

	"github.com/wikigate/wikigate/internal/message"
)

// About is what only descriptions of a module need: action=paraminfo,
// action=help and the reference pages. The texts themselves are messages whose
// keys follow from the module's path: apihelp-PATH-summary,
// apihelp-PATH-extended-description, apihelp-PATH-param-NAME,
// apihelp-PATH-paramvalue-NAME-VALUE and apihelp-PATH-example-KEY (MediaWiki:
// ApiBase::getSummaryMessage and its neighbours). Their parameters end with the
// prefix, the name of the parameter if any, and the name and path of the module.
type About struct {
	// Class is what MediaWiki calls the module's class; some tools read it.
	Class string
	// Group is action, format, prop, list or meta; New sets it.
	Group      string
	Deprecated bool
	Internal   bool
	// Generator modules can find the pages that other modules tell about.
	Generator bool
	// Dynamic modules take fields that no declaration names. It is the text about
	// them; without a key there are none.
	Dynamic message.Message
	// Setting ends the key of the extended description where that depends on how
	// the site is set up.
	Setting string
	// More follows the extended description. Nothing is added to the parameters of
	// these texts.
	More     []message.Message
	HelpURLs []string
	Examples []Example
	// Children are the submodules.
	Children []*Module
}

// Example is a request that shows what a module does. Query is without the
// script, in the form of a query string with readable separators; Key ends the
// key of its description.
type Example struct {
	Query, Key string
	// Help is a text that stands for the one that follows from Key.
	Help message.Message
}

// Reads reports whether a module needs the right to read, as descriptions show
// it: for a bare call.
func (m *Module) Reads() bool {
	return m.NeedsRead != nil && m.NeedsRead(&Call{Request: &Request{}, Module: m, Args: Args{table: m.table}})
}

// Summary says in one sentence what the module does.
func (m *Module) Summary() message.Message { return m.text("apihelp-" + m.Path + "-summary") }

// Description is the summary, and what more there is to say about the module.
// The key of its second message may be without a text.
func (m *Module) Description() []message.Message {
	all := []message.Message{m.Summary(), m.text("apihelp-" + m.Path + "-extended-description" + m.About.Setting)}
	return append(all, m.About.More...)
}

// DynamicText says which fields a module takes beside its parameters. Without a
// key it takes none.
func (m *Module) DynamicText() message.Message {
	if m.About.Dynamic.Key == "" {
		return message.Message{}
	}
	return m.own(m.About.Dynamic)
}

// ExampleText says what an example asks for.
func (m *Module) ExampleText(e *Example) message.Message {
	if e.Help.Key != "" {
		return m.own(e.Help)
	}
	return m.text("apihelp-" + m.Path + "-example-" + e.Key)
}

// ParamText says what a parameter is for.
func (m *Module) ParamText(p *Param) message.Message {
	help := p.Help
	switch {
	case help.Key != "":
	case p.TokenType != "":
		help = message.New(tokenHelp, message.Text(p.TokenType))
	default:
		help = message.New("apihelp-" + m.Path + "-param-" + p.Name)
	}
	return m.own(help, message.Text(p.Name))
}

// ValueText says what a value of a parameter means. Its key may be without a
// text, and stays so for all values of a parameter or for none.
func (m *Module) ValueText(p *Param, value string) message.Message {
	text := m.ParamText(p)
	text.Key = strings.Replace(text.Key, "-param-", "-paramvalue-", 1) + "-" + value
	text.Params = append(text.Params, message.Text(value))
	return text
}

// tokenHelp is the text of all parameters that are tokens.
const tokenHelp = "api-help-param-token"

// text makes a message about the module.
func (m *Module) text(key string) message.Message { return m.own(message.New(key)) }

// own adds to a message what each message about a module is given.
func (m *Module) own(about message.Message, name ...message.Param) message.Message {
	params := make([]message.Param, 0, len(about.Params)+4)
	params = append(append(params, about.Params...), message.Text(m.Prefix))
	params = append(append(params, name...), message.Text(m.Name), message.Text(m.Path))
	return message.Message{Key: about.Key, Params: params}
}
