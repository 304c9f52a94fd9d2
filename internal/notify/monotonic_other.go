//go:build !linux

package notify

import "time"

// monotonic is unknown where there is no systemd.
func monotonic() time.Duration { return 0 }
