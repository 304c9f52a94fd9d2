// Package sdnotify tells a service manager how the server is, by systemd's
// protocol: a datagram of lines NAME=VALUE to the socket that the variable
// NOTIFY_SOCKET names (sd_notify(3)).
//
// It does not decide how the server is.
package sdnotify

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Manager is the service manager, or nobody. It is safe for concurrent use.
type Manager struct {
	socket   string
	watchdog time.Duration
}

// FromEnvironment finds the manager in the variables that it has given, for the
// process of that id. Without them, nobody is told anything.
func FromEnvironment(environ []string, pid int) Manager {
	var m Manager
	var micros, watched string
	for _, entry := range environ {
		switch name, value, _ := strings.Cut(entry, "="); name {
		case "NOTIFY_SOCKET":
			m.socket = value
		case "WATCHDOG_USEC":
			micros = value
		case "WATCHDOG_PID":
			watched = value
		}
	}
	n, err := strconv.ParseInt(micros, 10, 64)
	if err == nil && n > 0 && (watched == "" || watched == strconv.Itoa(pid)) {
		m.watchdog = time.Duration(n) * time.Microsecond
	}
	return m
}

// Watchdog is how long the manager waits for a sign of life before it restarts
// the server; 0: it does not.
func (m Manager) Watchdog() time.Duration {
	if m.socket == "" {
		return 0
	}
	return m.watchdog
}

// Ready says that the server accepts requests, or has finished reloading.
func (m Manager) Ready(status string) error { return m.send("READY=1\nSTATUS=" + status) }

// Reloading says that the configuration is being read anew; Ready ends that.
func (m Manager) Reloading() error {
	return m.send("RELOADING=1\nMONOTONIC_USEC=" + strconv.FormatInt(monotonic().Microseconds(), 10))
}

// Stopping says that the server ends.
func (m Manager) Stopping() error { return m.send("STOPPING=1\nSTATUS=Finishing requests") }

// Alive is the sign of life.
func (m Manager) Alive() error { return m.send("WATCHDOG=1") }

func (m Manager) send(text string) error {
	if m.socket == "" {
		return nil
	}
	// A name that begins with @ is one of Linux's abstract sockets, for which
	// package net has the same notation.
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: m.socket, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("the service manager cannot be told anything: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte(text)); err != nil {
		return fmt.Errorf("the service manager was not told anything: %w", err)
	}
	return nil
}
