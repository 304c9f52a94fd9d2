package mail

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// connection is the way to a mail server, which can be cut whatever stands on
// it.
type connection struct {
	tls *tls.Config // nil: in the clear at first

	mu   sync.Mutex
	conn net.Conn
	over bool
}

// dial opens the connection, with TLS where it has a configuration for that.
func (c *connection) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.conn = conn
	over := c.over
	c.mu.Unlock()
	if over {
		c.cut()
		return nil, net.ErrClosed
	}
	if c.tls == nil {
		return conn, nil
	}
	secured := tls.Client(conn, c.tls)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secured, nil
}

// cut ends the connection. It may be called more than once.
func (c *connection) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.conn != nil {
		_ = c.conn.Close() // it may be closed already
	}
}
