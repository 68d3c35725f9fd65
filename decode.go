package tenantry

import (
	"errors"

	"github.com/tenantry/tenantry-go/internal/wire"
)

// Decode reads one record, such as a [*DecodeError]'s Raw or a stored response, by
// the rules that this SDK reads responses by: text, numbers and dates keep their
// exact text, members without a field and values that do not fit their field go to
// Extra, and a null leaves its field zero. The error is a [*DecodeError] if data is
// not one JSON object, has a member twice, or is not valid UTF-8.
func Decode[T any](data []byte) (*T, error) {
	err := errors.New("the record is not an object")
	if wire.Kind(data) == '{' {
		var v T
		if v, err = wire.DecodeValue[T](data); err == nil {
			return &v, nil
		}
	}
	return nil, &DecodeError{API: "tenantry", Operation: "Decode", Index: -1, Raw: data, Err: err}
}
