package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// SecondFactors is the view for package twofactor.
func (s *Store) SecondFactors() twofactor.Store { return factors{s} }

// FactorKeys is the view for what keys second factors need.
func (s *Store) FactorKeys() twofactor.Census { return factors{s} }

type factors struct{ *Store }

func (s factors) State(ctx context.Context, id account.ID) (state twofactor.State, err error) {
	if err := ended(ctx); err != nil {
		return state, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found {
		return state, nil
	}
	state.Counter, state.Codes = p.counter, append([]twofactor.CodeHash(nil), p.codes...)
	for _, d := range p.devices {
		state.Devices = append(state.Devices, keptDevice(d))
	}
	slices.SortStableFunc(state.Devices, func(a, b twofactor.Device) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return state, nil
}

func (s factors) Add(ctx context.Context, a twofactor.Addition, events ...audit.Event) (bool, error) {
	return s.changeIf(ctx, a.Device.Account, true, events, func(p *person) (bool, error) {
		if a.Counter > 0 && a.Counter <= p.counter || !a.Expected.IsZero() && !a.Expected.Equal(p.Token) {
			return false, nil
		}
		if s.hasDevice(a.Device.ID) {
			return false, fail.New(fail.Conflict, "a device with the id %s exists already", a.Device.ID)
		}
		p.counter = max(p.counter, a.Counter)
		p.devices = append(p.devices, keptDevice(a.Device))
		if a.Codes != nil {
			p.codes = slices.Clone(a.Codes)
		}
		if !a.Token.IsZero() {
			p.Token = a.Token
		}
		p.SecondFactor = true
		return true, nil
	})
}

func (s factors) hasDevice(id twofactor.DeviceID) bool {
	for _, p := range s.accounts {
		if p.device(id) >= 0 {
			return true
		}
	}
	return false
}

// device is the index of a device, -1 when there is none.
func (p *person) device(id twofactor.DeviceID) int {
	return slices.IndexFunc(p.devices, func(d twofactor.Device) bool { return d.ID == id })
}

func (s factors) Remove(ctx context.Context, id account.ID, device twofactor.DeviceID, events ...audit.Event) (bool, error) {
	return s.changeIf(ctx, id, false, events, func(p *person) (bool, error) {
		i := p.device(device)
		if i < 0 {
			return false, nil
		}
		p.devices = slices.Delete(p.devices, i, i+1)
		if len(p.devices) == 0 {
			p.codes, p.SecondFactor = nil, false
		}
		return true, nil
	})
}

func (s factors) Reset(ctx context.Context, id account.ID, events ...audit.Event) (devices int, err error) {
	_, err = s.changeIf(ctx, id, true, events, func(p *person) (bool, error) {
		devices = len(p.devices)
		changed := len(p.devices)+len(p.codes) > 0
		p.devices, p.codes, p.SecondFactor = nil, nil, false
		return changed, nil
	})
	return devices, err
}

func (s factors) UseCounter(ctx context.Context, id account.ID, device twofactor.DeviceID, counter int64, at time.Time, events ...audit.Event) (bool, error) {
	return s.changeIf(ctx, id, false, events, func(p *person) (bool, error) {
		i := p.device(device)
		if i < 0 || counter <= p.counter {
			return false, nil
		}
		p.counter, p.devices[i].Used = counter, instant.Round(at)
		return true, nil
	})
}

func (s factors) ReplaceCodes(ctx context.Context, id account.ID, codes []twofactor.CodeHash, events ...audit.Event) error {
	changed, err := s.changeIf(ctx, id, false, events, func(p *person) (bool, error) {
		if len(p.devices) == 0 {
			return false, nil
		}
		p.codes = slices.Clone(codes)
		return true, nil
	})
	if err == nil && !changed {
		return fail.New(fail.NotFound, "the account %d has no second factor", id)
	}
	return err
}

func (s factors) UseCode(ctx context.Context, id account.ID, code twofactor.CodeHash, events ...audit.Event) (used bool, left int, err error) {
	used, err = s.changeIf(ctx, id, false, events, func(p *person) (bool, error) {
		i := slices.Index(p.codes, code)
		if i >= 0 {
			p.codes = slices.Delete(p.codes, i, i+1)
		}
		left = len(p.codes)
		return i >= 0, nil
	})
	return used, left, err
}

func (s factors) Update(ctx context.Context, was []byte, d twofactor.Device, events ...audit.Event) (bool, error) {
	return s.changeIf(ctx, d.Account, false, events, func(p *person) (bool, error) {
		i := p.device(d.ID)
		if i < 0 || !bytes.Equal(p.devices[i].Data, was) {
			return false, nil
		}
		kept := keptDevice(d)
		p.devices[i].Name, p.devices[i].Used, p.devices[i].Data = kept.Name, kept.Used, kept.Data
		return true, nil
	})
}

func (s factors) KeyUse(ctx context.Context) (map[keyring.KeyID]int, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	use := map[keyring.KeyID]int{}
	for _, p := range s.accounts {
		needs := map[keyring.KeyID]bool{}
		for _, d := range p.devices {
			needs[keyring.SealedWith(d.Data)] = true
		}
		for _, c := range p.codes {
			needs[c.Key] = true
		}
		for id := range needs {
			use[id]++
		}
	}
	delete(use, 0) // what was not sealed
	return use, nil
}

// keptDevice is d as it is stored, sharing nothing with it.
func keptDevice(d twofactor.Device) twofactor.Device {
	d.Created, d.Used, d.Data = instant.Round(d.Created), instant.Round(d.Used), bytes.Clone(d.Data)
	return d
}
