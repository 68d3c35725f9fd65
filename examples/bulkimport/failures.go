package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/tenantry/tenantry-go/elevenos"
)

const problemColumn = "Problem"

var columns = []string{"FirstName", "LastName", "Email", "PhoneNumber", "ActivationDateUTC", "DeactivationDateUTC", "Building", "Floor", "Unit", problemColumn}

// failures is the CSV file for those who failed. It replaces an earlier one when
// it is complete, and not before.
type failures struct {
	path string
	temp *os.File
}

func newFailures(path string) (*failures, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	return &failures{path, temp}, err
}

// discard removes what was not written.
func (f *failures) discard() {
	_ = f.temp.Close()
	_ = os.Remove(f.temp.Name())
}

// write writes those who failed as they were sent, or, if they match no row, as
// the job returned them.
func (f *failures) write(items []elevenos.JobItem, residents []elevenos.ResidentImport) error {
	_, err := f.temp.WriteString("\ufeff") // without it, Excel takes UTF-8 for something else
	w := csv.NewWriter(f.temp)
	_ = w.Write(columns)
	byRow := make(map[int]*elevenos.ResidentImport, len(residents))
	for i := range residents {
		byRow[residents[i].Row] = &residents[i]
	}
	for i := range items {
		it := &items[i]
		r := elevenos.ResidentImport{
			FirstName: it.FirstName, LastName: it.LastName, Email: it.Email, PhoneNumber: it.PhoneNumber,
			ActivationDateUTC: it.ActivationDateUTC, DeactivationDateUTC: it.DeactivationDateUTC, Building: it.Building, Floor: it.Floor, Unit: it.Unit,
		}
		if row := byRow[it.Row]; row != nil {
			r = *row
		}
		reasons := make([]string, len(it.Errors))
		for n, e := range it.Errors {
			reasons[n] = strings.TrimSpace(e.Field + " " + e.Message)
		}
		cells := []string{
			r.FirstName, r.LastName, r.Email, r.PhoneNumber, string(r.ActivationDateUTC), string(r.DeactivationDateUTC), r.Building, r.Floor, r.Unit, strings.Join(reasons, "; "),
		}
		for n := range cells {
			cells[n] = guard(cells[n])
		}
		_ = w.Write(cells)
	}
	w.Flush()
	if err := errors.Join(err, w.Error(), f.temp.Close()); err != nil {
		return err
	}
	return os.Rename(f.temp.Name(), f.path)
}

// formulas are the characters that make a spreadsheet compute a cell.
const formulas = "=+-@\t\r\n＝＋－＠"

// guard puts an apostrophe before a cell that a spreadsheet would compute.
func guard(cell string) string {
	if cell != "" && strings.ContainsAny(string([]rune(cell)[0]), formulas+"'") {
		return "'" + cell
	}
	return cell
}

// isFailures reports whether a file was written by [failures.write], perhaps
// saved by a spreadsheet since.
func isFailures(input []byte) bool {
	header, _, _ := bytes.Cut(input, []byte("\n"))
	header = bytes.ReplaceAll(header, []byte{0}, nil) // of UTF-16
	return bytes.Contains(header, []byte(problemColumn))
}

// unguard removes the apostrophes of guard.
func unguard(r *elevenos.ResidentImport) {
	for _, cell := range []*string{&r.FirstName, &r.LastName, &r.Email, &r.PhoneNumber, &r.Building, &r.Floor, &r.Unit} {
		*cell = strings.TrimPrefix(*cell, "'")
	}
}
