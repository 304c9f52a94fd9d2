package modules

import (
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// paramValues are the values of an enum as descriptions list them.
type paramValues struct {
	all                  []string // deprecated ones after the others, internal ones last
	deprecated, internal []string
}

// orderValues sorts the values of a parameter. A value that names a module is
// what the module is (MediaWiki: EnumDef::sortEnumValues and
// SubmoduleDef::getParamInfo).
func orderValues(index *actionapi.Index, p *actionapi.Param) paramValues {
	var v paramValues
	var normal []string
	for _, value := range p.Values {
		var about actionapi.About
		if path, ok := p.Submodules[value]; ok {
			if m, problem := index.Find(path); problem == nil {
				about = m.About
			}
		}
		switch {
		case about.Internal:
			v.internal = append(v.internal, value)
		case about.Deprecated, slices.Contains(p.DeprecatedValues, value):
			v.deprecated = append(v.deprecated, value)
		default:
			normal = append(normal, value)
		}
	}
	for _, values := range [...][]string{normal, v.deprecated, v.internal} {
		slices.SortFunc(values, compareNatural)
		v.all = append(v.all, values...)
	}
	return v
}

// compareNatural compares texts as people do: runs of digits by the numbers
// they are (PHP: strnatcmp).
func compareNatural(a, b string) int {
	whole := strings.Compare(a, b)
	for a != "" && b != "" {
		restA, restB := strings.TrimLeft(a, digits), strings.TrimLeft(b, digits)
		numberA, numberB := a[:len(a)-len(restA)], b[:len(b)-len(restB)]
		if numberA == "" || numberB == "" {
			if a[0] != b[0] {
				return strings.Compare(a[:1], b[:1])
			}
			a, b = a[1:], b[1:]
			continue
		}
		numberA, numberB = strings.TrimLeft(numberA, "0"), strings.TrimLeft(numberB, "0")
		if len(numberA) != len(numberB) {
			return len(numberA) - len(numberB)
		}
		if c := strings.Compare(numberA, numberB); c != 0 {
			return c
		}
		a, b = restA, restB
	}
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return whole
}

const digits = "0123456789"
