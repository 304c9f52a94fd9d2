// Package username owns what a user name is: how the spellings a client may
// send become one canonical Name, which names are reserved for the software,
// and which a new account may take.
//
// A Name can only come out of [Rules.Parse], or out of [FromStore] for text
// that went through Parse before it was written. Code that is handed a Name
// therefore never checks or folds it again, and two Names are the same account
// exactly when they are ==.
//
// The package does not know whether an account exists, does not split bot
// password logins ("Name@app"), and knows nothing of blacklists or temporary
// accounts.
package username

// Name is a user name in canonical form. It is comparable and can be a map
// key. The zero value is no name.
type Name struct{ canonical string }

// String returns the canonical form, as it is shown to clients and kept in
// stores. It is empty for the zero value.
func (n Name) String() string { return n.canonical }

// IsZero reports whether n is no name at all.
func (n Name) IsZero() bool { return n.canonical == "" }

// FromStore turns text that a store holds back into a Name without looking at
// it. The text must be the String of a Name that was parsed before it was
// written: never pass anything that a client sent.
func FromStore(canonical string) Name { return Name{canonical} }
