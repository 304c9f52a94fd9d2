package sqldb

import (
	"context"
	"database/sql"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// SecondFactors is the view for package twofactor.
func (d *DB) SecondFactors() twofactor.Store { return factors{d} }

// FactorKeys is the view for what keys second factors need.
func (d *DB) FactorKeys() twofactor.Census { return factors{d} }

type factors struct{ *DB }

// The parts of a state, as factorState gives them.
const (
	partCounter = iota
	partDevice
	partCode
)

func (d factors) State(ctx context.Context, id account.ID) (s twofactor.State, err error) {
	n := int64(id)
	err = d.read.each(ctx, factorState, []any{n, n, n}, func(rows *sql.Rows) error {
		var (
			part, key     int
			device        twofactor.Device
			number, used  int64
			data          []byte
			rowID, method string
		)
		if err := rows.Scan(&part, &number, &rowID, &method, &device.Name, &used, &key, &data); err != nil {
			return err
		}
		switch part {
		case partCounter:
			s.Counter = number
		case partDevice:
			device.ID, device.Account, device.Method = twofactor.DeviceID(rowID), id, twofactor.Method(method)
			device.Created, device.Used, device.Data = instant.Time(number), instant.Time(used), data
			s.Devices = append(s.Devices, device)
		case partCode:
			c := twofactor.CodeHash{Key: keyring.KeyID(key)}
			if copy(c.Sum[:], data) == len(data) && len(data) == len(c.Sum) {
				s.Codes = append(s.Codes, c)
			}
		}
		return nil
	})
	if err != nil {
		return twofactor.State{}, err
	}
	return s, nil
}

func (d factors) Add(ctx context.Context, a twofactor.Addition, events ...audit.Event) (added bool, err error) {
	id := int64(a.Device.Account)
	return d.recordedIf(ctx, Change{Owners: true}, events, func(ctx context.Context, tx *Statements) (bool, error) {
		n, err := tx.one(ctx, accountExists, id)
		if err != nil {
			return false, err
		}
		if n == 0 {
			return false, noAccount(a.Device.Account)
		}
		if n, err = tx.one(ctx, accountHasToken, id, a.Expected.Reveal()); err != nil || n == 0 {
			return false, err
		}
		if a.Counter > 0 {
			if n, err := tx.exec(ctx, factorCount, a.Counter, id, a.Counter); err != nil || n == 0 {
				return false, err
			}
		}
		return true, tx.addDevice(ctx, a)
	})
}

func (s *Statements) addDevice(ctx context.Context, a twofactor.Addition) error {
	d, id := a.Device, int64(a.Device.Account)
	_, err := s.exec(ctx, factorInsert, string(d.ID), id, string(d.Method), d.Name,
		instant.Micros(d.Created), instant.Micros(d.Used), int64(keyring.SealedWith(d.Data)), blob(d.Data))
	if fail.Is(err, fail.Conflict) {
		return fail.New(fail.Conflict, "a device with the id %s exists already", d.ID)
	}
	if err != nil {
		return err
	}
	if a.Codes != nil {
		if err := s.replaceCodes(ctx, id, a.Codes); err != nil {
			return err
		}
	}
	if !a.Token.IsZero() {
		if _, err := s.exec(ctx, accountSetToken, a.Token.Reveal(), id); err != nil {
			return err
		}
	}
	_, err = s.exec(ctx, factorFlag, id, id)
	return err
}

func (s *Statements) replaceCodes(ctx context.Context, id int64, codes []twofactor.CodeHash) error {
	if _, err := s.exec(ctx, codeDeleteAll, id); err != nil {
		return err
	}
	for _, c := range codes {
		if _, err := s.exec(ctx, codeInsert, id, int64(c.Key), c.Sum[:]); err != nil {
			return err
		}
	}
	return nil
}

func (d factors) Remove(ctx context.Context, id account.ID, device twofactor.DeviceID, events ...audit.Event) (found bool, err error) {
	return d.recordedIf(ctx, Change{Owners: true}, events, func(ctx context.Context, tx *Statements) (bool, error) {
		n, err := tx.exec(ctx, factorDelete, string(device), int64(id))
		if err != nil || n == 0 {
			return false, err
		}
		if _, err = tx.exec(ctx, factorFlag, int64(id), int64(id)); err == nil {
			_, err = tx.exec(ctx, codeDeleteLone, int64(id), int64(id))
		}
		return true, err
	})
}

func (d factors) Reset(ctx context.Context, id account.ID, events ...audit.Event) (devices int, err error) {
	_, err = d.recordedIf(ctx, Change{Owners: true}, events, func(ctx context.Context, tx *Statements) (bool, error) {
		n, err := tx.one(ctx, accountExists, int64(id))
		if err != nil {
			return false, err
		}
		if n == 0 {
			return false, noAccount(id)
		}
		codes, err := tx.exec(ctx, codeDeleteAll, int64(id))
		if err != nil {
			return false, err
		}
		if n, err = tx.exec(ctx, factorDeleteAll, int64(id)); err != nil {
			return false, err
		}
		devices = int(n)
		_, err = tx.exec(ctx, factorFlag, int64(id), int64(id))
		return n+codes > 0, err
	})
	if err != nil {
		return 0, err
	}
	return devices, nil
}

func (d factors) UseCounter(ctx context.Context, id account.ID, device twofactor.DeviceID, counter int64, at time.Time, events ...audit.Event) (first bool, err error) {
	return d.recordedIf(ctx, Change{Whole: true}, events, func(ctx context.Context, tx *Statements) (bool, error) {
		n, err := tx.exec(ctx, factorCountFor, counter, int64(id), counter, string(device))
		if err != nil || n == 0 {
			return false, err
		}
		_, err = tx.exec(ctx, factorUsed, instant.Micros(at), string(device))
		return true, err
	})
}

func (d factors) ReplaceCodes(ctx context.Context, id account.ID, codes []twofactor.CodeHash, events ...audit.Event) error {
	_, err := d.recordedIf(ctx, Change{}, events, func(ctx context.Context, tx *Statements) (bool, error) {
		n, err := tx.one(ctx, factorExists, int64(id))
		if err != nil {
			return false, err
		}
		if n == 0 {
			return false, noFactor(id)
		}
		return true, tx.replaceCodes(ctx, int64(id), codes)
	})
	return err
}

func (d factors) UseCode(ctx context.Context, id account.ID, code twofactor.CodeHash, events ...audit.Event) (used bool, left int, err error) {
	used, err = d.recordedIf(ctx, Change{Whole: true}, events, func(ctx context.Context, tx *Statements) (bool, error) {
		n, err := tx.exec(ctx, codeDelete, int64(id), int64(code.Key), code.Sum[:])
		if err != nil {
			return false, err
		}
		now, err := tx.one(ctx, codeCount, int64(id))
		left = int(now)
		return n > 0, err
	})
	if err != nil {
		return false, 0, err
	}
	return used, left, nil
}

func (d factors) Update(ctx context.Context, was []byte, new twofactor.Device, events ...audit.Event) (changed bool, err error) {
	n, err := d.affected(ctx, Change{}, events, factorUpdate, new.Name, instant.Micros(new.Used),
		int64(keyring.SealedWith(new.Data)), blob(new.Data), string(new.ID), int64(new.Account), blob(was))
	return n > 0, err
}

func (d factors) KeyUse(ctx context.Context) (map[keyring.KeyID]int, error) {
	use := map[keyring.KeyID]int{}
	err := d.read.each(ctx, factorKeys, nil, func(rows *sql.Rows) error {
		var key, n int
		err := rows.Scan(&key, &n)
		use[keyring.KeyID(key)] = n
		return err
	})
	delete(use, 0) // what was not sealed
	return use, err
}

// recordedIf runs steps as the change c, and keeps the events if they say that
// they have changed something.
func (d *DB) recordedIf(ctx context.Context, c Change, events []audit.Event, steps func(context.Context, *Statements) (bool, error)) (changed bool, err error) {
	c.Run = func(ctx context.Context, tx *Statements) (err error) {
		changed, err = steps(ctx, tx)
		return err
	}
	err = d.recorded(ctx, c, func() []audit.Event {
		if !changed {
			return nil
		}
		return events
	})
	return changed && err == nil, err
}

// blob is b as a value that is not NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func noFactor(id account.ID) error {
	return fail.New(fail.NotFound, "the account %d has no second factor", id)
}
