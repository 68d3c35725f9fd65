package tenantry_test

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
)

func ExampleOpt() {
	type update struct {
		Email tenantry.Opt[string] `json:"email,omitzero"`
		Phone tenantry.Opt[string] `json:"phone,omitzero"`
		Notes tenantry.Opt[string] `json:"notes,omitzero"`
	}
	b, _ := json.Marshal(update{Email: tenantry.Set("al@example.com"), Phone: tenantry.Null[string]()})
	fmt.Println(string(b))
	// Output: {"email":"al@example.com","phone":null}
}

func ExampleError() {
	var err error = &tenantry.Error{API: "propexo", Operation: "residents.get", StatusCode: 404, Code: "not_found"}
	fmt.Println(err)
	fmt.Println(errors.Is(err, tenantry.ErrNotFound))
	// Output:
	// propexo: residents.get: 404 not_found
	// true
}

func ExampleTimestamp() {
	at, err := tenantry.Timestamp("2023-09-15T04:37:37.509-10:00").Time()
	fmt.Println(at.UTC(), err)
	_, err = tenantry.Timestamp("2021-11-05T14:10:22").Time()
	fmt.Println(errors.Is(err, tenantry.ErrNoZone))
	// Output:
	// 2023-09-15 14:37:37.509 +0000 UTC <nil>
	// true
}

func ExampleDecimal() {
	balance := tenantry.Decimal("1234.50")
	exact, _ := balance.Rat()
	fmt.Println(balance, exact)
	// Output: 1234.50 2469/2
}
