package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A record says which job imports a file. It is stored next to the file from before
// the import is sent until its outcome is known.
type record struct {
	Team, Site string
	SHA256     string // of the file
	JobID      string // "" until the server has accepted the import

	path string
}

func recordPath(file string) string { return file + ".job" }

// loadRecord returns the record of a file, or nil if there is none.
func loadRecord(file string) (*record, error) {
	r := &record{path: recordPath(file)}
	b, err := os.ReadFile(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && json.Unmarshal(b, r) != nil {
		err = fmt.Errorf("%s is not a record of an import; an earlier run may have imported %s: look at the site's residents, then delete it", r.path, file)
	}
	return r, err
}

// newRecord writes the record of a file. It fails if there is one, which may be
// of another run at the same time.
func newRecord(file, team, site string, input []byte) (*record, error) {
	r := &record{Team: team, Site: site, SHA256: sum(input), path: recordPath(file)}
	f, err := os.OpenFile(r.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return r, errors.Join(json.NewEncoder(f).Encode(r), f.Sync(), f.Close())
}

// setJob adds the job's ID.
func (r *record) setJob(id string) error {
	r.JobID = id
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(r); err != nil {
		return err
	}
	return writeFile(r.path, b.Bytes())
}

func (r *record) isOf(input []byte) bool { return r.SHA256 == sum(input) }

func (r *record) remove() error { return os.Remove(r.path) }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// writeFile replaces a file at once: it never holds a part of b.
func writeFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
