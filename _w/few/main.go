package main

import (
	"context"
	"fmt"

	"github.com/tenantry/tenantry-go/propexo"
)

func main() {
	c, err := propexo.NewClient("x")
	if err != nil {
		panic(err)
	}
	for r, err := range c.Residents.All(context.Background(), propexo.ResidentListParams{}) {
		fmt.Println(r.ID, err)
	}
}
