package modules

import (
	"context"
	"sync"

	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/passhash"
	"github.com/wikigate/wikigate/internal/secret"
)

// rigHasher is a real hasher that has the hashes of the rig's passwords at
// hand, so that building a rig costs no slow hash instead of six.
type rigHasher struct{ *passhash.Hasher }

// firstHasher is what the hashers of all rigs are copies of.
var firstHasher = sync.OnceValue(func() *passhash.Hasher {
	cheap := passhash.Argon2{Memory: passhash.MinMemory, Time: 1, Threads: 1}
	return passhash.NewHasher(&keyring.Ring{}, cheap, nil)
})

func newRigHasher(ring *keyring.Ring) rigHasher {
	h := *firstHasher()
	h.Ring, h.Budget = ring, passhash.NewBudget(64<<20, 64, 8)
	return rigHasher{&h}
}

// rigHashes are hashes by password. Slow hashes belong to no key ring.
var rigHashes = sync.OnceValues(func() (map[string]string, error) {
	h := newRigHasher(&keyring.Ring{})
	hashes := map[string]string{}
	for _, p := range []string{alicePassword, williamPassword, botUserPassword, blockedPassword, adminPassword, tfaPassword} {
		hash, err := h.Hasher.Hash(context.Background(), secret.New(p))
		if err != nil {
			return nil, err
		}
		hashes[p] = hash
	}
	return hashes, nil
})

// Hash implements account.Hasher.
func (h rigHasher) Hash(ctx context.Context, password secret.Secret) (string, error) {
	known, err := rigHashes()
	if err != nil {
		return "", err
	}
	if hash, ok := known[password.Reveal()]; ok {
		return hash, nil
	}
	return h.Hasher.Hash(ctx, password)
}
