package authn

import (
	"cmp"
	"slices"

	"github.com/wikigate/wikigate/internal/message"
)

// Action is what requests are asked for (MediaWiki: AuthManager::ACTION_*).
type Action string

// The actions.
const (
	ActionLogin          Action = "login"
	ActionLoginContinue  Action = "login-continue"
	ActionCreate         Action = "create"
	ActionCreateContinue Action = "create-continue"
	ActionLink           Action = "link"
	ActionLinkContinue   Action = "link-continue"
	ActionChange         Action = "change"
	ActionRemove         Action = "remove"
	ActionUnlink         Action = "unlink"
)

// Actions are all of them, in MediaWiki's order.
func Actions() []Action {
	return []Action{
		ActionLogin, ActionLoginContinue, ActionCreate, ActionCreateContinue, ActionLink, ActionLinkContinue,
		ActionChange, ActionRemove, ActionUnlink,
	}
}

// Required says whether a request must be answered.
type Required uint8

// The degrees.
const (
	Optional Required = iota
	Demanded
	// PrimaryRequired: one of all requests of this degree must be answered.
	PrimaryRequired
)

// String is the degree's name in the protocol.
func (r Required) String() string {
	return [...]string{Optional: "optional", Demanded: "required", PrimaryRequired: "primary-required"}[r]
}

// Datum is one member of a request's metadata. Value is a string, a bool, an
// int64, a []string, a message.Message, which is written as text, or a []Datum,
// which stands for an object.
type Datum struct {
	Key   string
	Value any
}

// Request describes a form, or a part of one.
type Request struct {
	// ID names the request to clients, which send it back. Class is the class of
	// MediaWiki that it stands for; empty: ID is that.
	ID, Class string
	Required  Required
	Metadata  []Datum
	// Provider says who asks; the zero value: Class. Account says for which
	// account; the zero value: ID.
	Provider, Account message.Message
	Fields            []Field
	// Load, if set, replaces the rules of loading.
	Load func(s Submission) (Answer, bool)
}

// Field is a part of a form.
type Field struct {
	Name        string
	Type        FieldType
	Label, Help message.Message
	Value       string // when HasValue
	HasValue    bool
	Options     []Option // of Select and Multiselect
	Optional    bool
	Sensitive   bool // it may not stand in a URL
}

// Option is one of the values that may be chosen.
type Option struct {
	Value string
	Label message.Message
}

// FieldType is what sort of answer a field takes. Its text is the name in the
// protocol.
type FieldType string

// The types.
const (
	FieldString      FieldType = "string"
	FieldPassword    FieldType = "password"
	FieldSelect      FieldType = "select"
	FieldCheckbox    FieldType = "checkbox"
	FieldMultiselect FieldType = "multiselect"
	FieldButton      FieldType = "button"
	FieldHidden      FieldType = "hidden"
	FieldNull        FieldType = "null" // shown only, nothing is sent back
)

// ProviderText is who asks.
func (r *Request) ProviderText() message.Message {
	if r.Provider.Key == "" {
		return message.Literal(cmp.Or(r.Class, r.ID))
	}
	return r.Provider
}

// AccountText is for which account.
func (r *Request) AccountText() message.Message {
	if r.Account.Key == "" {
		return message.Literal(r.ID)
	}
	return r.Account
}

// AccountNamed is the account of a request that is about a name; empty: about
// no name yet.
func AccountNamed(name string) message.Message { return message.Literal(name) }

// merge adds requests to a list in which each id stands once. The first one of
// an id stays, unless a later one is Demanded, which takes its place.
func merge(list, more []Request) []Request {
	for _, r := range more {
		at := slices.IndexFunc(list, func(x Request) bool { return x.ID == r.ID })
		switch {
		case at < 0:
			list = append(list, r)
		case r.Required == Demanded:
			list[at] = r
		}
	}
	return list
}

// MergeFields makes one list of fields out of those of all requests. What
// stands in several requests has the texts and value of the first, the options
// of all, is sensitive if one is, and optional if none needs it (MediaWiki:
// AuthenticationRequest::mergeFieldInfo).
func MergeFields(requests []Request) []Field {
	var list []Field
	needed := neededByAllPrimaries(requests)
	for i := range requests {
		r := &requests[i]
		for _, f := range r.Fields {
			f.Optional = f.Optional || r.Required == Optional || r.Required == PrimaryRequired && !needed(f.Name)
			at := slices.IndexFunc(list, func(x Field) bool { return x.Name == f.Name })
			if at < 0 {
				f.Options = slices.Clone(f.Options)
				list = append(list, f)
				continue
			}
			have := &list[at]
			have.Optional = have.Optional && f.Optional
			have.Sensitive = have.Sensitive || f.Sensitive
			have.Options = mergeOptions(have.Options, f.Options)
		}
	}
	return list
}

func mergeOptions(list, more []Option) []Option {
	for _, o := range more {
		if !slices.ContainsFunc(list, func(x Option) bool { return x.Value == o.Value }) {
			list = append(list, o)
		}
	}
	return list
}

// neededByAllPrimaries tells of a field whether each request of which one must
// be answered needs it.
func neededByAllPrimaries(requests []Request) func(field string) bool {
	primaries, needing := 0, map[string]int{}
	for i := range requests {
		if requests[i].Required != PrimaryRequired {
			continue
		}
		primaries++
		for _, f := range requests[i].Fields {
			if !f.Optional {
				needing[f.Name]++
			}
		}
	}
	return func(field string) bool { return needing[field] == primaries }
}
