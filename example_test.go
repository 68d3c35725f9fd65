package tenantry_test

import (
	"errors"
	"fmt"
	"math/big"

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

func ExampleDate() {
	moveIn, err := tenantry.ParseDate("2026-12-31T10:00:00Z") // anything with a date in front
	if err != nil {
		fmt.Println(err)
		return
	}
	firstRent, _ := moveIn.AddDays(1)
	fmt.Println(moveIn, firstRent, moveIn.Compare(firstRent))
	// Output: 2026-12-31 2027-01-01 -1
}

func ExampleDecimal_Cents() {
	rent, _ := tenantry.Decimal("1250.005").Cents(big.ToNearestEven)
	fmt.Println(rent, tenantry.Cents(rent))
	// Output: 125000 1250.00
}

func ExampleSetNonZero() {
	var form struct{ Email, Phone string } // what a user left empty is not sent
	form.Email = "al@example.com"
	fmt.Println(tenantry.SetNonZero(form.Email), tenantry.SetNonZero(form.Phone))
	// Output: al@example.com absent
}
