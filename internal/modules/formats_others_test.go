package modules

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// answersToRead use all that the formats can do.
var answersToRead = []string{
	"action=query",
	"action=query&meta=userinfo|tokens&uiprop=*&type=*",
	"action=query&meta=siteinfo&siprop=general|namespaces|namespacealiases|usergroups|languages|restrictions|protocols|magicwords|specialpagealiases|uploaddialog|statistics|dbrepllag",
	"action=logout&errorformat=raw&foo=1",
	"action=logout&errorformat=html&requestid=%00%0A%22%27%3C%26%E2%80%A8%F0%9F%99%82",
	"action=query&meta=tokens&type=a|b&errorformat=plaintext&x=1",
	"action=nothing",
}

// phpReads compares, for pairs of serialized and JSON texts, what PHP makes of
// both; JSON has one type of number.
const phpReads = `
function same($a, $b) {
	if (is_array($a) && is_array($b)) {
		if (array_keys($a) !== array_keys($b)) return false;
		foreach ($a as $k => $v) if (!same($v, $b[$k])) return false;
		return true;
	}
	return is_float($a) || is_float($b) ? $a == $b : $a === $b;
}
$bad = 0;
while (($php = fgets(STDIN)) !== false) {
	$json = fgets(STDIN);
	$a = unserialize(base64_decode($php), ['allowed_classes' => false]);
	$b = json_decode(base64_decode($json), true);
	if (!is_array($a) || !same($a, $b)) { $bad++; var_dump(base64_decode($php), $a, $b); }
}
exit($bad ? 1 : 0);`

func TestPHPReadsTheSameInBothFormats(t *testing.T) {
	php := program(t, "php")
	c := newRig(t).client(t).login("Alice", alicePassword)
	c.Header.Set("Accept-Language", "de, en;q=0.333")
	var pairs strings.Builder
	for _, query := range answersToRead {
		for _, version := range []string{"1", "2"} {
			for _, format := range []string{"php", "json"} {
				pairs.WriteString(base64Line(c.in(format, query+"&formatversion="+version).Body))
			}
		}
	}
	run(t, pairs.String(), php, "-r", phpReads)
}

// phpReadsXML reads one document per line.
const phpReadsXML = `
libxml_use_internal_errors(true);
while (($line = fgets(STDIN)) !== false) {
	$d = new DOMDocument;
	if (!$d->loadXML(base64_decode($line)) || $d->documentElement->nodeName !== 'api') {
		var_dump(base64_decode($line), libxml_get_errors());
		exit(1);
	}
}`

func TestXMLReadersReadAnswers(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	var documents []string
	for _, query := range answersToRead {
		text := c.in("xml", query).Body
		documents = append(documents, text)
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v\n%s", query, err, text)
			}
		}
	}
	t.Run("xmllint", func(t *testing.T) {
		xmllint := program(t, "xmllint")
		for _, text := range documents {
			run(t, text, xmllint, "--noout", "-")
		}
	})
	t.Run("php", func(t *testing.T) {
		php := program(t, "php")
		if exec.CommandContext(t.Context(), php, "-r", `exit(class_exists("DOMDocument") ? 0 : 1);`).Run() != nil {
			t.Skip("this PHP reads no XML: the package php-xml is missing")
		}
		var lines strings.Builder
		for _, text := range documents {
			lines.WriteString(base64Line(text))
		}
		run(t, lines.String(), php, "-r", phpReadsXML)
	})
}

// program finds a program or skips the test.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

func run(t *testing.T, input, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
	}
}

func base64Line(text string) string {
	return base64.StdEncoding.EncodeToString([]byte(text)) + "\n"
}
