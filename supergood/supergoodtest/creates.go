package supergoodtest

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A creation is what an idempotency key was used for.
type creation struct {
	body     []byte
	response fakeserver.Response
}

// The bodies of creates, as far as package supergood assumes them. The API documents
// no members, so the server keeps all others as they are.
type (
	leaseBody struct {
		UnitID    *string        `json:"unitId"`
		StartDate *string        `json:"startDate"`
		EndDate   *string        `json:"endDate"`
		Rent      *float64       `json:"rent"`
		Fees      []feeBody      `json:"fees"`
		Residents []residentBody `json:"residents"`
	}
	feeBody struct {
		Code   *string  `json:"code"`
		Name   *string  `json:"name"`
		Amount *float64 `json:"amount"`
	}
	residentBody struct {
		FirstName *string `json:"firstName"`
		LastName  *string `json:"lastName"`
		Email     *string `json:"email"`
		Phone     *string `json:"phone"`
	}
	workOrderBody struct {
		UnitID      *string `json:"unitId"`
		Category    *string `json:"category"`
		Priority    *string `json:"priority"`
		Description *string `json:"description"`
		Scheduling  *struct {
			Start *string `json:"start"`
			End   *string `json:"end"`
		} `json:"scheduling"`
		Attachments []struct {
			ID       *string `json:"id"`
			URL      *string `json:"url"`
			Name     *string `json:"name"`
			Checksum *string `json:"checksum"`
		} `json:"attachments"`
	}
)

// period returns what is wrong with two moments in a layout, or "". Each may be
// missing.
func period(layout, first, last string, from, to *string) string {
	var at [2]time.Time
	for i, text := range []*string{from, to} {
		if text == nil {
			continue
		}
		var err error
		if at[i], err = time.Parse(layout, *text); err != nil {
			return "The member " + []string{first, last}[i] + " is not of the form " + layout + "."
		}
	}
	if from != nil && to != nil && at[1].Before(at[0]) {
		return "The member " + last + " is before " + first + "."
	}
	return ""
}

// problem returns what is wrong with a lease, or "".
func (b *leaseBody) problem() string {
	if b.Rent == nil {
		return "The member rent is missing."
	}
	for _, r := range b.Residents {
		if r.Email == nil {
			continue
		}
		if a, err := mail.ParseAddress(*r.Email); err != nil || a.Address != *r.Email {
			return "The member email of a resident is not an email address."
		}
	}
	return period(time.DateOnly, "startDate", "endDate", b.StartDate, b.EndDate)
}

// problem returns what is wrong with a work order, or "".
func (b *workOrderBody) problem() string {
	switch {
	case b.Category == nil || *b.Category == "":
		return "The member category is missing."
	case b.Scheduling != nil:
		return period(time.RFC3339, "start", "end", b.Scheduling.Start, b.Scheduling.End)
	}
	return ""
}

func (s *Server) createLease(r *fakeserver.Request) fakeserver.Response {
	var b leaseBody
	return s.create(r, "lease", &s.leases, &b, &b.UnitID, b.problem)
}

func (s *Server) createWorkOrder(r *fakeserver.Request) fakeserver.Response {
	var b workOrderBody
	return s.create(r, "workOrder", &s.workOrders, &b, &b.UnitID, b.problem)
}

// create creates one record for each idempotency key. It reads the request into body,
// which has the unit.
func (s *Server) create(r *fakeserver.Request, name string, into *table, body any, unit **string, problem func() string) fakeserver.Response {
	invalid := func(message string) fakeserver.Response {
		return refuse(http.StatusUnprocessableEntity, "invalid", message)
	}
	key := r.Header.Get("Idempotency-Key")
	s.mu.Lock()
	defer s.mu.Unlock()
	if key == "" {
		return refuse(http.StatusBadRequest, "no_key", "The Idempotency-Key is missing.")
	}
	if before, again := s.created[key]; again {
		if !bytes.Equal(before.body, r.Payload) {
			return refuse(http.StatusUnprocessableEntity, "key_reused", "The Idempotency-Key was used with another body.")
		}
		return before.response
	}
	units := s.unitsOf(r.Arg("property"))
	if units == nil {
		return refuse(http.StatusNotFound, "not_found", "There is no such property.")
	}
	var m map[string]jsontext.Value // numbers keep their exact text
	if r.Decode(&m) != nil || m == nil {
		return invalid("The body is not a JSON object.")
	}
	if err := r.Decode(body); err != nil {
		var wrong *json.SemanticError
		errors.As(err, &wrong) // it is JSON
		return invalid(fmt.Sprintf("The member %s has a wrong type.", strings.ReplaceAll(strings.TrimPrefix(string(wrong.JSONPointer), "/"), "/", ".")))
	}
	if message := problem(); message != "" {
		return invalid(message)
	}
	if id := *unit; id != nil {
		if _, known := find(units, *id); !known {
			return invalid("The property has no unit with this unitId.")
		}
	}
	s.creates++
	id := fmt.Sprintf("%s-%d", strings.ToLower(name), s.creates)
	m["id"], m["status"] = jsontext.Value(fmt.Sprintf("%q", id)), jsontext.Value(`"CREATED"`)
	one := fakeserver.JSON(0, m).Body
	(*into).Put(fakeserver.Natural(id), record{id: id, property: r.Arg("property"), json: one})
	response := fakeserver.JSON(http.StatusCreated, members{name: jsontext.Value(one)})
	s.created[key] = creation{slices.Clone(r.Payload), response}
	return response
}

// Created returns how many records the server created.
func (s *Server) Created() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.creates
}
