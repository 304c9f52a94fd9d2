package actionapi

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wikigate/wikigate/internal/message"
)

// check validates a single value, or one member of a multi-value parameter, and
// brings it to its normal form.
func (r *Request) check(ctx context.Context, path, name string, p *Param, v *value, given bool) (*Problem, error) {
	switch p.Type {
	case String, Text, Password, Raw:
		return checkLength(name, p, v), nil
	case Enum:
		return r.checkEnum(path, name, p, v, given), nil
	case Integer, Limit:
		return r.checkNumber(ctx, path, name, p, v)
	case User:
		return r.checkUser(name, p, v), nil
	case Timestamp:
		return r.checkTimestamp(path, name, v), nil
	case Expiry:
		return r.checkExpiry(name, v), nil
	}
	return nil, nil
}

// checkLength refuses texts over their bounds.
func checkLength(name string, p *Param, v *value) *Problem {
	switch {
	case p.MaxBytes > 0 && len(v.text) > p.MaxBytes:
		return NewProblem("paramvalidator-maxbytes", message.Plain(name), message.Plain(v.text), message.Number(int64(p.MaxBytes))).
			WithCode("maxbytes").With("maxbytes", int64(p.MaxBytes)).With("maxchars", orNull(p.MaxChars))
	case p.MaxChars > 0 && utf8.RuneCountInString(v.text) > p.MaxChars:
		return NewProblem("paramvalidator-maxchars", message.Plain(name), message.Plain(v.text), message.Number(int64(p.MaxChars))).
			WithCode("maxchars").With("maxbytes", orNull(p.MaxBytes)).With("maxchars", int64(p.MaxChars))
	}
	return nil
}

func orNull(n int) any {
	if n == 0 {
		return nil
	}
	return int64(n)
}

func (r *Request) checkEnum(path, name string, p *Param, v *value, given bool) *Problem {
	if !given {
		return nil // a default is not looked at
	}
	if !slices.Contains(p.Values, v.text) {
		return NewProblem("paramvalidator-badvalue-enumnotmulti", message.Plain(name), message.Plain(v.text),
			message.TextList(p.Values), message.Number(int64(len(p.Values))))
	}
	r.warnDeprecatedValue(path, name, p, v.text)
	return nil
}

func (r *Request) warnDeprecatedValue(path, name string, p *Param, text string) {
	if slices.Contains(p.DeprecatedValues, text) {
		r.deprecated(path, r.engine.feature(path, name)+"="+text,
			NewProblem("paramvalidator-deprecated-value", message.Plain(name), message.Plain(text)))
	}
}

// checkNumber reads an Integer or a Limit. A Limit of "max" becomes the largest
// one the user may have, which the answer then names.
func (r *Request) checkNumber(ctx context.Context, path, name string, p *Param, v *value) (*Problem, error) {
	bounds := p.Range
	if bounds == nil && p.Type == Limit {
		bounds = &Range{HasMin: true}
	}
	most, err := r.largest(ctx, bounds)
	if err != nil {
		return nil, err
	}
	if p.Type == Limit && v.text == "max" {
		v.num = most
		r.noteLimit(path, most)
		return nil, nil
	}
	n, err := strconv.ParseInt(v.text, 10, 64) // a sign and digits, nothing else
	if err != nil {
		return NewProblem("paramvalidator-badinteger", message.Plain(name), message.Plain(v.text)), nil
	}
	text := v.text
	v.num, v.text = n, strconv.FormatInt(n, 10)
	if bounds == nil {
		return nil, nil
	}
	switch {
	case bounds.HasMin && n < bounds.Min:
		v.num = bounds.Min
	case bounds.HasMax && n > most:
		v.num = most
	default:
		return nil, nil
	}
	problem := outOfRange(name, text, bounds, most)
	if bounds.Enforce {
		return problem, nil
	}
	v.text = strconv.FormatInt(v.num, 10)
	r.warn(path, problem)
	return nil, nil
}

// largest is the upper bound for the present user.
func (r *Request) largest(ctx context.Context, b *Range) (int64, error) {
	if b == nil || !b.HasMax || b.HighMax == 0 {
		if b == nil {
			return 0, nil
		}
		return b.Max, nil
	}
	high, err := r.HasRight(ctx, "apihighlimits")
	if high {
		return b.HighMax, err
	}
	return b.Max, err
}

func outOfRange(name, text string, b *Range, most int64) *Problem {
	key, params := "paramvalidator-outofrange-", []message.Param{message.Plain(name), message.Plain(text)}
	var low, cur, high, higher any
	if b.HasMin {
		key += "min"
		low = b.Min
		params = append(params, message.Number(b.Min))
	}
	if b.HasMax {
		key += "max"
		cur, high = most, b.Max
		params = append(params, message.Number(most))
		if b.HighMax != 0 {
			higher = b.HighMax
		}
	}
	return NewProblem(key, params...).With("min", low).With("curmax", cur).With("max", high).With("highmax", higher)
}

// noteLimit tells the client what "max" was.
func (r *Request) noteLimit(path string, limit int64) {
	root := r.tree.Root()
	limits := root.Child("limits")
	if limits.IsZero() {
		limits = root.Object("limits")
	}
	limits.Int(path[strings.LastIndexByte(path, '+')+1:], limit)
}

// checkUser accepts what Subtypes allow and makes names canonical (MediaWiki:
// includes/ParamValidator/TypeDef/UserDef.php).
func (r *Request) checkUser(name string, p *Param, v *value) *Problem {
	allows := func(subtype string) bool { return slices.Contains(p.Subtypes, subtype) }
	if id, ok := strings.CutPrefix(v.text, "#"); ok && allows("id") {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && n > 0 {
			v.num = n
			return nil
		}
	}
	if canonical, ok := r.engine.cfg.Names.Parse(v.text); ok && allows("name") {
		v.text = canonical.String()
		return nil
	}
	if strings.Contains(v.text, ">") && allows("interwiki") {
		return nil // a name at another site
	}
	if a, err := netip.ParseAddr(v.text); err == nil && allows("ip") {
		v.text = addressName(a)
		return nil
	}
	if prefix, err := netip.ParsePrefix(v.text); err == nil && allows("cidr") {
		v.text = addressName(prefix.Masked().Addr()) + "/" + strconv.Itoa(prefix.Bits())
		return nil
	}
	return NewProblem("paramvalidator-baduser", message.Plain(name), message.Plain(v.text))
}
