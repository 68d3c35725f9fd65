package words

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKebab(t *testing.T) {
	for in, want := range map[string]string{
		"PropertyID": "property-id", "ListSSOUsers": "list-sso-users", "Get": "get", "AllIDs": "all-ids", "IDsOf": "ids-of", "teamID": "team-id",
		"Email1": "email1", "APIs": "apis", "Units": "units", "": "",
	} {
		assert.Equal(t, want, Kebab(in), in)
	}
}
