package transport

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"sync"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Known is what an API's package knows of its values.
type Known struct {
	Values map[reflect.Type][]string // the values of enumerations, sorted
	Codes  []string                  // the codes of errors, sorted
}

// A drift reports what responses hold that the SDK does not know.
type drift struct {
	api    string
	report func(config.Drift)
	codes  []string
	watch  *wire.Watch

	mu   sync.Mutex
	told map[config.Drift]bool // statuses and codes
}

// maxTold is how many statuses and codes are reported.
const maxTold = 1000

func newDrift(spec *Spec, report func(config.Drift)) *drift {
	if report == nil {
		return nil
	}
	d := &drift{api: spec.API, report: report, told: make(map[config.Drift]bool)}
	var known Known
	if spec.Known != nil {
		known = spec.Known()
	}
	d.codes, d.watch = known.Codes, &wire.Watch{Values: known.Values, Around: spec.Around}
	return d
}

// decode is wire.Decode, and reports what is new.
func (d *drift) decode(call *Call, path string, data []byte, out any) error {
	found, err := d.watch.Decode(data, out, call.Op.Name, path, call.Trimmed)
	for _, f := range found {
		typ := ""
		if f.Type.Name() != "" {
			typ = f.Type.String()
		}
		d.report(config.Drift{API: d.api, Operation: call.Op.Name, Type: typ, Path: f.Path, Kind: f.Kind, Count: f.Count})
	}
	return err
}

// code matches codes as programmers choose them. Others may be data.
var code = regexp.MustCompile(`^[A-Za-z][A-Za-z_. -]{0,63}$|^[0-9]{1,5}$`)

// failure reports the status and the code of an error if they are new.
func (d *drift) failure(e *tenantry.Error) {
	if d == nil {
		return
	}
	d.status(e.Operation, e.StatusCode)
	if e.Code == "" {
		return
	}
	if _, ok := slices.BinarySearch(d.codes, e.Code); !ok {
		name := "*"
		if code.MatchString(e.Code) {
			name = e.Code
		}
		d.once(config.Drift{Operation: e.Operation, Path: name, Kind: config.NewCode})
	}
}

// status reports a status that neither the SDK's classes of errors nor the usual
// successes cover.
func (d *drift) status(operation string, status int) {
	switch {
	case d == nil, status >= 300 && status <= 399, status >= 500:
		return
	}
	switch status {
	case http.StatusOK, http.StatusCreated, http.StatusAccepted, http.StatusNoContent,
		http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusRequestTimeout, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity, http.StatusTooEarly, http.StatusTooManyRequests:
		return
	}
	d.once(config.Drift{Operation: operation, Path: strconv.Itoa(status), Kind: config.NewStatus})
}

func (d *drift) once(f config.Drift) {
	f.API, f.Count = d.api, 1
	d.mu.Lock()
	fresh := !d.told[f] && len(d.told) < maxTold
	if fresh {
		d.told[f] = true
	}
	d.mu.Unlock()
	if fresh {
		d.report(f)
	}
}
