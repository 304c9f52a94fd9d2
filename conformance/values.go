package conformance

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// values are what expressions of a scenario refer to: the accounts of the
// target, what earlier steps have kept, and functions of them.
type values struct {
	known   map[string]string
	numbers map[string]bool // names of those that are numbers in JSON
	now     func() time.Time
}

func newValues(t *Target) *values {
	v := &values{known: t.values(), numbers: map[string]bool{}, now: time.Now}
	for role := range t.Accounts.Users {
		v.numbers[role+".id"] = true
	}
	v.set("unique", strconv.FormatUint(rand.Uint64(), 36))
	return v
}

func (v *values) set(name, value string) {
	v.known[name] = value
	delete(v.numbers, name)
}

func (v *values) setNumber(name, value string) {
	v.known[name], v.numbers[name] = value, true
}

func (v *values) clone() *values {
	return &values{known: maps.Clone(v.known), numbers: maps.Clone(v.numbers), now: v.now}
}

// kindOf is the type that a value has in JSON.
func (v *values) kindOf(name string) kind {
	if v.numbers[name] {
		return kindNumber
	}
	return kindString
}

// errUnknown is that of a name nothing stands behind.
var errUnknown = errors.New("nothing has this name")

// eval gives the value of an expression: a name, or a function and its
// arguments, which are names as well.
func (v *values) eval(expression string) (string, error) {
	words := strings.Fields(expression)
	if len(words) == 0 {
		return "", errors.New("{{}} is empty")
	}
	if len(words) == 1 {
		return v.lookup(words[0])
	}
	function, ok := functions[words[0]]
	if !ok {
		return "", fmt.Errorf("{{%s}}: there is no function %s", expression, words[0])
	}
	value, err := v.lookup(words[1])
	if err != nil {
		return "", err
	}
	result, err := function(value, words[2:], v.now())
	if err != nil {
		return "", fmt.Errorf("{{%s}}: %w", expression, err)
	}
	return result, nil
}

func (v *values) lookup(name string) (string, error) {
	value, ok := v.known[name]
	if !ok {
		return "", fmt.Errorf("{{%s}}: %w", name, errUnknown)
	}
	return value, nil
}

// functions of expressions: the value of a name, further words, and the time.
var functions = map[string]func(value string, more []string, now time.Time) (string, error){
	"totp":      totp,
	"solve":     solve,
	"lower":     func(value string, _ []string, _ time.Time) (string, error) { return strings.ToLower(value), nil },
	"flip":      flip,
	"first":     first,
	"repeat":    repeat,
	"decompose": func(value string, _ []string, _ time.Time) (string, error) { return norm.NFD.String(value), nil },
}

// totp is the code of a time-based one-time password (RFC 6238: SHA-1, 30
// seconds, six digits) of a secret in base 32, some steps away if a number
// follows.
func totp(secret string, more []string, now time.Time) (string, error) {
	steps := 0
	if len(more) > 0 {
		n, err := strconv.Atoi(more[0])
		if err != nil {
			return "", err
		}
		steps = n
	}
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(strings.ToUpper(secret), "="))
	if err != nil {
		return "", err
	}
	if len(key) == 0 {
		return "", errors.New("the secret is empty")
	}
	mac := hmac.New(sha1.New, key)
	counter := binary.BigEndian.AppendUint64(nil, uint64(now.Unix()/30+int64(steps)))
	mac.Write(counter)
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	code := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%06d", code%1_000_000), nil
}

// solve answers the captcha that asks for a sum or a difference.
func solve(question string, _ []string, _ time.Time) (string, error) {
	question = strings.TrimSuffix(strings.TrimSpace(html.UnescapeString(question)), "=")
	for _, sign := range []string{"+", "−", "-"} {
		a, b, found := strings.Cut(question, sign)
		if !found {
			continue
		}
		x, errX := strconv.Atoi(strings.TrimSpace(a))
		y, errY := strconv.Atoi(strings.TrimSpace(b))
		if err := errors.Join(errX, errY); err != nil {
			return "", err
		}
		if sign != "+" {
			y = -y
		}
		return strconv.Itoa(x + y), nil
	}
	return "", fmt.Errorf("%q is no sum", question)
}

// flip changes the first character, for a value that is wrong but well-formed.
func flip(value string, _ []string, _ time.Time) (string, error) {
	if value == "" {
		return "", errors.New("there is nothing to change")
	}
	other := "0"
	if value[0] == '0' {
		other = "1"
	}
	return other + value[1:], nil
}

// first cuts a value to its first characters.
func first(value string, more []string, _ time.Time) (string, error) {
	if len(more) != 1 {
		return "", errors.New("first wants a name and a number")
	}
	n, err := strconv.Atoi(more[0])
	if err != nil || n < 0 || n > len(value) {
		return "", fmt.Errorf("there are no first %s characters", more[0])
	}
	return value[:n], nil
}

// repeat puts a value behind itself, for texts that are too long to be written.
func repeat(value string, more []string, _ time.Time) (string, error) {
	if len(more) != 1 {
		return "", errors.New("repeat wants a name and a number")
	}
	n, err := strconv.Atoi(more[0])
	if err != nil || n < 0 || n*len(value) > mostBody {
		return "", fmt.Errorf("it cannot be repeated %s times", more[0])
	}
	return strings.Repeat(value, n), nil
}
