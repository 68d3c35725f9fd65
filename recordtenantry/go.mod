module github.com/tenantry/tenantry-go/recordtenantry

go 1.26.0

replace github.com/tenantry/tenantry-go => ../

require (
	github.com/go-json-experiment/json v1.27.2
	github.com/tenantry/tenantry-go v0.0.0-00010101000000-000000000000
	gopkg.in/dnaeon/go-vcr.v4 v4.0.7
)

require (
	go.yaml.in/yaml/v4 v4.0.0-rc.6 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
)
