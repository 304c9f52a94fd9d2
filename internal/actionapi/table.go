package actionapi

import (
	"strconv"

	"github.com/wikigate/wikigate/internal/fail"
)

// table is what a module declares about its parameters, prepared once, so that
// a request pays for the parameters that it has and not for all it might have.
type table struct {
	path, prefix string
	params       []Param
	sent         map[string]int // by the name with its prefix; templates are not in it
	names        map[string]int // by the name alone
	defaults     []value
	required     []int // in order
	templates    bool
}

// newTable checks the declarations of a module.
func newTable(path, prefix string, params []Param) (*table, error) {
	t := &table{
		path: path, prefix: prefix, params: params, defaults: make([]value, len(params)),
		sent: make(map[string]int, len(params)), names: make(map[string]int, len(params)),
	}
	for i := range params {
		p := &params[i]
		if _, twice := t.names[p.Name]; twice {
			return nil, fail.New(fail.Internal, "module %s declares the parameter %s twice", path, p.Name)
		}
		t.names[p.Name] = i
		if p.Template != nil {
			t.templates = true
			continue
		}
		t.sent[prefix+p.Name] = i
		if p.Required {
			t.required = append(t.required, i)
		}
		if p.HasDefault {
			v, ok := p.defaultValue()
			if !ok {
				return nil, fail.New(fail.Internal, "module %s: the parameter %s cannot have the default %q", path, p.Name, p.Default)
			}
			t.defaults[i] = v
		}
	}
	return t, nil
}

// defaultValue is what the parameter is when the client does not send it. It is
// not looked at as closely as what a client sends.
func (p *Param) defaultValue() (v value, ok bool) {
	_, high := p.Limits()
	switch {
	case p.Multi:
		v.list = unique(splitList(p.Default, high+1))
	case p.Type == Integer || p.Type == Limit:
		n, err := strconv.ParseInt(p.Default, 10, 64)
		v.num, v.text = n, p.Default
		return v, err == nil
	case p.Type == Timestamp || p.Type == Expiry || p.Type == User:
		return v, false
	default:
		v.text = p.Default
	}
	return v, true
}

// prepare makes the tables of a module and of those below it.
func prepare(m *Module) (err error) {
	if m.table, err = newTable(m.Path, m.Prefix, m.Params); err != nil {
		return err
	}
	if m.About.Generator {
		if m.asGenerator, err = newTable(m.Path, generatorPrefix+m.Prefix, m.Params); err != nil {
			return err
		}
	}
	if m.Instead != nil {
		if err := prepare(m.Instead.Module); err != nil {
			return err
		}
	}
	for _, child := range m.About.Children {
		if err := prepare(child); err != nil {
			return err
		}
	}
	return nil
}

// sentValue is a parameter that the client sent, after validation.
type sentValue struct {
	param int // its place in the table
	raw   int // its place among the raw parameters, the last of its name
	value
}

// collect finds the raw parameters that the table declares, marks them as used
// and puts them in the order of the table.
func (r *Request) collect(t *table) []sentValue {
	found := r.sentRoom()
	for i := range r.raw.list {
		raw := &r.raw.list[i]
		at, ok := t.sent[raw.name]
		if !ok {
			continue
		}
		raw.used = true
		found = place(found, sentValue{param: at, raw: i})
	}
	r.sentEnd += len(found)
	return found
}

// place keeps the list in order; a later parameter of one name replaces the
// earlier one.
func place(list []sentValue, v sentValue) []sentValue {
	at := len(list)
	for at > 0 && list[at-1].param > v.param {
		at--
	}
	if at > 0 && list[at-1].param == v.param {
		list[at-1] = v
		return list
	}
	list = append(list, v)
	copy(list[at+1:], list[at:])
	list[at] = v
	return list
}

// sentRoom is an empty list with room for as many values as there are raw
// parameters. Lists of earlier calls stay valid.
func (r *Request) sentRoom() []sentValue {
	n := len(r.raw.list)
	if r.sentEnd+n > len(r.sent) {
		r.sent = make([]sentValue, max(64, 2*n))
		r.sentEnd = 0
	}
	return r.sent[r.sentEnd : r.sentEnd : r.sentEnd+n]
}
