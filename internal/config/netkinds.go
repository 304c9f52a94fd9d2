package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// address is where to listen.
func address() kind[string] {
	k := text("HOST:PORT, such as 127.0.0.1:8080 (port 0 takes a free one)", func(s string) bool {
		_, port, err := net.SplitHostPort(s)
		if err != nil {
			return false
		}
		_, err = strconv.ParseUint(port, 10, 16)
		return err == nil
	})
	k.typ = "host:port"
	return k
}

// optional is a kind of text that may be empty as well.
func optional(k kind[string]) kind[string] {
	parse := k.parse
	k.expected += ", or nothing"
	k.parse = func(s string) (string, bool) {
		if s == "" {
			return "", true
		}
		return parse(s)
	}
	return k
}

// domains is a list of host names that certificates can be had for.
func domains() kind[[]string] {
	form := regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)
	return listOf("host names with commas between them, such as wiki.example, without * and ports", func(s string) (string, bool) {
		s = strings.ToLower(s)
		return s, form.MatchString(s)
	}, same)
}

// directoryURL is an https address, or one of this machine.
func directoryURL() kind[string] {
	k := text("an https:// address, or an http:// address of this machine", func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && u.Hostname() != "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Host))
	})
	k.typ = "url"
	return k
}

// baseURL is a scheme and a host; a slash at the end is dropped.
func baseURL() kind[string] {
	return kind[string]{typ: "url", expected: "http:// or https:// and a host, without a path, such as https://wiki.example", format: same,
		parse: func(s string) (string, bool) {
			s = strings.TrimSuffix(s, "/")
			if s == "" {
				return "", true
			}
			u, err := url.Parse(s)
			if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
				return "", false
			}
			return s, s == u.Scheme+"://"+u.Host
		}}
}

// proxies is a list of networks; an address alone is a network of one.
func proxies() kind[[]netip.Prefix] {
	expected := "IP addresses or CIDR ranges with commas between them, such as 10.0.0.0/8, ::1 (a range of everything would let anybody forge an address)"
	return listOf(expected, parsePrefix, formatPrefix)
}

// networks is a list of networks of clients; an address alone is a network of
// one.
func networks() kind[[]netip.Prefix] {
	return listOf("IP addresses or CIDR ranges with commas between them, such as 192.0.2.0/24, 2001:db8::/32", parsePrefix, formatPrefix)
}

func parsePrefix(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), a.Zone() == ""
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil && p.Bits() > 0
}

func formatPrefix(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// hostPattern is a host name with * and ?; it must name something, because a
// pattern that fits every host would hand the session to any web page.
var hostPattern = regexp.MustCompile(`^[a-z0-9*?.-]+(:[0-9*]+)?$`)

func hostPatterns() kind[[]string] {
	expected := "host patterns with commas between them, such as *.wiki.example, without a scheme and not for every host"
	return listOf(expected, func(s string) (string, bool) {
		host, _, _ := strings.Cut(s, ":")
		return s, hostPattern.MatchString(s) && strings.Trim(host, "*?.") != ""
	}, same)
}

// interwikis is a list of prefixes without their colons, in lower case.
func interwikis() kind[[]string] {
	expected := "prefixes with commas between them and without colons, such as en, de, commons"
	form := regexp.MustCompile(`^[^\s:,|#<>\[\]{}]+$`)
	return listOf(expected, func(s string) (string, bool) { return strings.ToLower(s), form.MatchString(s) }, same)
}

// windows is the list of login limits, or the word off.
func windows() kind[[]Window] {
	k := listOf("ATTEMPTS/DURATION with commas between them, such as 5/5m, 150/48h, or off", parseWindow,
		func(w Window) string { return strconv.Itoa(w.Count) + "/" + formatDuration(w.Period) })
	parse, format := k.parse, k.format
	k.parse = func(s string) ([]Window, bool) {
		if s == "off" {
			return nil, true
		}
		all, ok := parse(s)
		return all, ok && len(all) > 0
	}
	k.format = func(all []Window) string {
		if len(all) == 0 {
			return "off"
		}
		return format(all)
	}
	return k
}

func parseWindow(s string) (Window, bool) {
	attempts, period, found := strings.Cut(s, "/")
	n, err := strconv.ParseUint(attempts, 10, 31)
	d, ok := ParseDuration(period)
	return Window{Count: int(n), Period: d}, found && err == nil && ok && n > 0 && d.Seconds() >= 1
}

// readOnlyReason refuses the words that look like a switch: the value is a
// sentence for clients, and "false" would make the site read-only.
func readOnlyReason() kind[string] {
	switches := []string{"true", "false", "yes", "no", "on", "off", "0", "1"}
	return text("a sentence that says why, or nothing", func(s string) bool {
		return !slices.Contains(switches, strings.ToLower(s))
	})
}
