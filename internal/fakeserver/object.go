package fakeserver

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Object writes a JSON object whose members keep the order in which they are set.
type Object struct{ text []byte }

// Set writes a member. It panics if the value can't be marshalled.
func (o *Object) Set(name string, value any) {
	if len(o.text) == 0 {
		o.text = append(o.text, '{')
	} else {
		o.text = append(o.text, ',')
	}
	o.text, _ = jsontext.AppendQuote(o.text, name) // fails for invalid UTF-8 only, and then writes it all the same
	o.text = append(o.text, ':')
	switch v := value.(type) {
	case nil:
		o.text = append(o.text, "null"...)
		return
	case string:
		o.text, _ = jsontext.AppendQuote(o.text, v)
		return
	case int:
		o.text = strconv.AppendInt(o.text, int64(v), 10)
		return
	case bool:
		o.text = strconv.AppendBool(o.text, v)
		return
	case jsontext.Value:
		o.text = append(o.text, v...)
		return
	}
	b, err := json.Marshal(value, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	o.text = append(o.text, b...)
}

// Bytes returns the object.
func (o *Object) Bytes() []byte {
	if len(o.text) == 0 {
		return []byte("{}")
	}
	return append(o.text, '}')
}
