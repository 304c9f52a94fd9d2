package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// sessionsForTarget and memoryTarget are how much memory how many sessions may
// take.
const (
	sessionsForTarget = 100_000
	memoryTarget      = 200 // MB
)

func (b *bench) printHeading() {
	fmt.Printf("%s, %s, %s, %d processors, %s/%s, load before: %s\n", time.Now().UTC().Format("2006-01-02 15:04 UTC"),
		runtime.Version(), processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, procField("/proc/loadavg", ""))
	if commit, err := exec.Command("git", "describe", "--always", "--dirty").Output(); err == nil && b.binary == "" {
		fmt.Printf("wikigate at %s\n", strings.TrimSpace(string(commit)))
	}
	fmt.Printf("%d connections kept alive, %d rounds of %v each for the bare and the real server in turn; medians of the rounds\n",
		b.connections, b.rounds, b.round)
	fmt.Println("ratio: requests per second, real / bare of the same round; CPU: of the server process, per request")
	fmt.Println()
	fmt.Printf(layout, "", "bare/s", "real/s", "ratio", "lowest", "highest", "bare CPU", "real CPU", "ratio", "p50", "p99", "MB", "target")
}

const layout = "%-38s %8s %8s %6s %6s %7s %9s %9s %6s %8s %8s %6s  %s\n"

func (b *bench) printComparison(r row, bare, real []result) {
	ratios, costs := make([]float64, len(real)), make([]float64, len(real))
	for i := range real {
		ratios[i], costs[i] = real[i].rate()/bare[i].rate(), real[i].cost()/bare[i].cost()
	}
	ratio := median(ratios)
	b.print(r.name, each(bare, result.rate, "%.0f"), each(real, result.rate, "%.0f"),
		fmt.Sprintf("%.2f", ratio), fmt.Sprintf("%.2f", slices.Min(ratios)), fmt.Sprintf("%.2f", slices.Max(ratios)),
		each(bare, result.cost, "%.1fµs"), each(real, result.cost, "%.1fµs"), fmt.Sprintf("%.2f", median(costs)),
		real, fmt.Sprintf("ratio ≥ %.2f: %s", r.target, verdict(ratio >= r.target)))
}

func (b *bench) printRepeated(name string, target float64, rounds []result) {
	if len(rounds) == 0 {
		fmt.Printf("%-38s no sessions are left\n", name)
		return
	}
	judged := ""
	if target > 0 {
		judged = fmt.Sprintf("≥ %.0f/s: %s", target, verdict(number(rounds, result.rate) >= target))
	}
	b.print(name, "", each(rounds, result.rate, "%.0f"), "", "", "", "", each(rounds, result.cost, "%.1fµs"), "", rounds, judged)
}

// print is one line of the table.
func (b *bench) print(name, bareRate, realRate, ratio, lowest, highest, bareCost, realCost, costRatio string, real []result, judged string) {
	at := func(q float64) string {
		return each(real, func(r result) float64 { return float64(r.quantile(q)) / 1e6 }, "%.2fms")
	}
	now, _ := residentMB(b.real.cmd.Process.Pid)
	fmt.Printf(layout, name, bareRate, realRate, ratio, lowest, highest, bareCost, realCost, costRatio, at(0.50), at(0.99), fmt.Sprintf("%.0f", now), judged)
}

// printMemory tells what the sessions take that have just been asked in.
func (b *bench) printMemory(cached int, before float64) {
	now, peak := residentMB(b.real.cmd.Process.Pid)
	judged := fmt.Sprintf("not judged, that needs %d sessions", sessionsForTarget)
	if cached >= sessionsForTarget {
		judged = fmt.Sprintf("< %d MB: %s", memoryTarget, verdict(now < memoryTarget))
	}
	fmt.Printf("%-38s %d: resident %.0f MB now, %.0f MB at its highest, %.0f MB before they were read; %s\n",
		memoryRow, cached, now, peak, before, judged)
}

func (b *bench) printEnd() {
	fmt.Printf("\nThe load took its own share of the same processors, and the p99 of a closed loop is mostly theirs.\nDone in %v.\n",
		time.Since(b.begin).Round(time.Second))
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}

// each is the median over rounds of a figure of each.
func each(rounds []result, of func(result) float64, format string) string {
	return fmt.Sprintf(format, number(rounds, of))
}

func number(rounds []result, of func(result) float64) float64 {
	values := make([]float64, len(rounds))
	for i, r := range rounds {
		values[i] = of(r)
	}
	return median(values)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
