package twofactor

import (
	"context"
	"crypto/subtle"
	"encoding/binary"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
)

// Recovery codes are base32 of random bytes (MediaWiki: extension OATHAuth,
// src/Key/TOTPKey.php, regenerateScratchTokens).
const (
	recoveryCodes    = 10
	recoverySize     = 10 // bytes of randomness
	recoveryLength   = 16 // characters
	recoveryGrouping = 4
)

// newCodes makes recovery codes, and what is stored of them.
func (s *Service) newCodes(id account.ID) (codes []secret.Secret, hashes []CodeHash) {
	key := s.Vault.Ring.Current()
	for range recoveryCodes {
		code := secretEncoding.EncodeToString(secret.Bytes(recoverySize))
		hash, _ := s.Vault.codeHash(key, id, code) // the current key is there
		codes, hashes = append(codes, secret.New(code)), append(hashes, hash)
	}
	return codes, hashes
}

// codeHash is what stands for a code of an account. ok is false when the key is
// gone.
func (v Vault) codeHash(key keyring.KeyID, id account.ID, code string) (h CodeHash, ok bool) {
	owner := binary.BigEndian.AppendUint64(nil, uint64(id))
	h.Key = key
	h.Sum, ok = v.Ring.Code(keyring.ForFactor, key, []byte("recovery code"), owner, []byte(code))
	return h, ok
}

// checkRecovery looks for a recovery code, which is gone with that.
func (s *Service) checkRecovery(ctx context.Context, a account.Account, state State, code string) (Outcome, error) {
	if len(code) != recoveryLength {
		return refused(audit.WrongCode), nil
	}
	for _, stored := range state.Codes {
		h, ok := s.Vault.codeHash(stored.Key, a.ID, code)
		if !ok || subtle.ConstantTimeCompare(h.Sum[:], stored.Sum[:]) != 1 {
			continue
		}
		event := s.event(ctx, audit.RecoveryUse, a)
		used, left, err := s.Store.UseCode(ctx, a.ID, stored, event)
		if err != nil || !used {
			return refused(audit.UsedCode), err
		}
		return Outcome{Result: Right, Method: RecoveryCodes, CodesLeft: left}, nil
	}
	return refused(audit.WrongCode), nil
}

// NewRecoveryCodes makes recovery codes in place of all that an account has.
// They are shown this once. A name that nobody has, or one without a second
// factor, is fail.NotFound.
func (s *Service) NewRecoveryCodes(ctx context.Context, name string) (account.Account, []secret.Secret, error) {
	a, err := s.Accounts.Find(ctx, name)
	if err != nil {
		return a, nil, err
	}
	codes, hashes := s.newCodes(a.ID)
	if err := s.Store.ReplaceCodes(ctx, a.ID, hashes, s.event(ctx, audit.RecoveryNew, a)); err != nil {
		if fail.Is(err, fail.NotFound) {
			err = fail.New(fail.NotFound, "the account %s has no second factor", a.Name)
		}
		return a, nil, err
	}
	return a, codes, nil
}

func (s *Service) event(ctx context.Context, k audit.Kind, a account.Account) audit.Event {
	return audit.Now(ctx, s.Clock.Now(), k).Of(int64(a.ID), a.Name.String())
}

// InGroups writes a code as people read it: with a blank after every fourth
// character.
func InGroups(code secret.Secret) string {
	var b []byte
	for i := range code.Len() {
		if i > 0 && i%recoveryGrouping == 0 {
			b = append(b, ' ')
		}
		b = append(b, code.Reveal()[i])
	}
	return string(b)
}
