package recordtenantry_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/recordtenantry"
)

// A test that runs against a server once, and without one afterwards.
func Example() {
	var t testing.TB = &watched{} // the test's own t

	test := func(t testing.TB, url, file string) {
		client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(url), recordtenantry.Record(t, file))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = client.Close() }()
		page, err := client.Residents.List(context.Background(), propexo.ResidentListParams{Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(len(page.Items), page.Total)
	}

	dir, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "residents.yaml") // testdata/residents.yaml
	server := propexotest.NewServer(propexotest.WithResidents(9))
	test(t, server.URL, file) // sends requests, and writes the file when the test ends
	t.(*watched).end()        // the end of the test
	server.Close()
	test(t, server.URL, file) // replays the file
	// Output:
	// 5 9
	// 5 9
}
