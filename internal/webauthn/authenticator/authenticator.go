// Package authenticator is a security key in software, together with the
// browser that asks it, for tests: it registers and signs as the Web
// Authentication standard says, or wrongly where it is told to.
//
// It owns no rule, and the server does not use it.
package authenticator

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Algorithm is a COSE algorithm (IANA registry "COSE Algorithms").
type Algorithm int

// The algorithms that a Key can have.
const (
	ES256 Algorithm = -7
	EdDSA Algorithm = -8
	ES384 Algorithm = -35
	ES512 Algorithm = -36
	RS256 Algorithm = -257
	RS512 Algorithm = -259
)

// Key is an authenticator with one credential. Its fields may be changed at any
// time, by one caller at a time.
type Key struct {
	ID      []byte // of the credential
	Handle  []byte // of the account, known since Register
	Counter uint32 // of signatures; each adds Step
	Step    uint32
	Origin  string // of the page that asks
	Site    string // what it signs for; empty: what the options say

	Absent, Unverified bool // no touch; no PIN
	CanBackUp          bool
	Type               string // of the ceremony; empty: the right one
	Challenge          string // empty: that of the options
	HideHandle         bool

	algorithm Algorithm
	signer    crypto.Signer
}

// New makes a key that counts, for pages of an origin.
func New(a Algorithm, origin string) *Key {
	k := &Key{ID: make([]byte, 32), Step: 1, Origin: origin, algorithm: a}
	_, _ = rand.Read(k.ID)
	var err error
	switch a {
	case ES256:
		k.signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case ES384:
		k.signer, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case ES512:
		k.signer, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case EdDSA:
		_, k.signer, err = ed25519.GenerateKey(rand.Reader)
	default:
		k.signer, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		panic(err)
	}
	return k
}

// asked is what is read of options of both kinds.
type asked struct {
	Challenge string
	RPID      string `json:"rpId"`
	RP        struct{ ID string }
	User      struct{ ID string }
}

func read(options string) (a asked) {
	if err := json.Unmarshal([]byte(options), &a); err != nil {
		panic(fmt.Sprintf("options %q: %v", options, err))
	}
	return a
}

// Register answers PublicKeyCredentialCreationOptions in JSON.
func (k *Key) Register(options string) string {
	a := read(options)
	k.Handle, _ = base64.RawURLEncoding.DecodeString(a.User.ID)
	attested := append(make([]byte, 16), byte(len(k.ID)>>8), byte(len(k.ID)))
	attested = append(append(attested, k.ID...), k.public()...)
	data := append(k.data(a.RP.ID, 1<<6), attested...)
	object := append(head(5, 3), text("fmt")...)
	object = append(append(object, text("none")...), text("attStmt")...)
	object = append(append(object, head(5, 0)...), text("authData")...)
	object = append(object, blob(data)...)
	return k.answer(map[string]any{
		"clientDataJSON": encode(k.client("webauthn.create", a)), "attestationObject": encode(object), "transports": []string{"usb"},
	})
}

// Sign answers PublicKeyCredentialRequestOptions in JSON.
func (k *Key) Sign(options string) string {
	a := read(options)
	k.Counter += k.Step
	data, client := k.data(a.RPID, 0), k.client("webauthn.get", a)
	sum := sha256.Sum256(client)
	response := map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(k.sign(append(data[:len(data):len(data)], sum[:]...))),
	}
	if !k.HideHandle {
		response["userHandle"] = encode(k.Handle)
	}
	return k.answer(response)
}

func (k *Key) answer(response map[string]any) string {
	out, _ := json.Marshal(map[string]any{"id": encode(k.ID), "rawId": encode(k.ID), "type": "public-key", "response": response})
	return string(out)
}

func (k *Key) client(ceremony string, a asked) []byte {
	if k.Type != "" {
		ceremony = k.Type
	}
	if k.Challenge != "" {
		a.Challenge = k.Challenge
	}
	out, _ := json.Marshal(map[string]any{"type": ceremony, "challenge": a.Challenge, "origin": k.Origin, "crossOrigin": false})
	return out
}

// data is the authenticator's part of what is signed.
func (k *Key) data(site string, flags byte) []byte {
	if k.Site != "" {
		site = k.Site
	}
	if !k.Absent {
		flags |= 1
	}
	if !k.Unverified {
		flags |= 1 << 2
	}
	if k.CanBackUp {
		flags |= 1 << 3
	}
	sum := sha256.Sum256([]byte(site))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), k.Counter)
}

func (k *Key) sign(data []byte) []byte {
	hash := map[Algorithm]crypto.Hash{ES256: crypto.SHA256, RS256: crypto.SHA256, ES384: crypto.SHA384, ES512: crypto.SHA512, RS512: crypto.SHA512}[k.algorithm]
	if hash != 0 {
		h := hash.New()
		h.Write(data)
		data = h.Sum(nil)
	}
	signature, err := k.signer.Sign(rand.Reader, data, hash)
	if err != nil {
		panic(err)
	}
	return signature
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
