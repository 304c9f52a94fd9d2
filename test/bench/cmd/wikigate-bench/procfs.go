package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of /proc/PID/stat; every Linux has 100 of them in a second.
const tick = 10 * time.Millisecond

// cpuTime is the processor time that a process has used so far. It is 0 where
// there is no /proc.
func cpuTime(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name in brackets may hold blanks; field 14 of the file is the twelfth
	// after it.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// residentMB is the memory that a process holds, in megabytes, now and at its
// highest. It is 0 where there is no /proc.
func residentMB(pid int) (now, peak float64) {
	return statusMB(pid, "VmRSS:"), statusMB(pid, "VmHWM:")
}

func statusMB(pid int, key string) float64 {
	kb, err := strconv.ParseFloat(procField(fmt.Sprintf("/proc/%d/status", pid), key), 64)
	if err != nil {
		return 0
	}
	return kb * 1024 / 1e6
}

// processor is the name of the machine's processor.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// procField is the first word after a key that begins a line.
func procField(path, key string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, key); ok {
			word, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			return word
		}
	}
	return ""
}
