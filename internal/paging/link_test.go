package paging_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tenantry/tenantry-go/internal/paging"
)

func TestNextLink(t *testing.T) {
	for value, want := range map[string]string{
		`</a>; rel="next"`:                                 "/a",
		`</a>; rel=next`:                                   "/a",
		`</a>; rel = "next"`:                               "/a",
		`</a>;rel= next `:                                  "/a",
		`</a>; REL=next`:                                   "/a",
		`</a>; Rel="NEXT"`:                                 "/a",
		`</a>; rel='next'`:                                 "/a",
		`</a>; rel="last next"`:                            "/a",
		`</a>; rel="  next   last "`:                       "/a",
		`</a>; rel='last next'`:                            "/a",
		`</a>; rel="ne\xt"`:                                "/a",
		`</a>; title="a, <b>; rel=\"prev\""; rel="next"`:   "/a",
		`</a>; title*=UTF-8''x%2c; rel="next"`:             "/a",
		`</a>; crossorigin; rel="next"`:                    "/a",
		`</a> ; ; rel="next";`:                             "/a",
		`</a?x=1,2;3&rel=prev>; rel="next"`:                "/a?x=1,2;3&rel=prev",
		`<https://h.example/a?f=x,y&c=;>; rel=next`:        "https://h.example/a?f=x,y&c=;",
		`</p?a=1,2>; rel="prev", </a?a=1;2>; rel="next"`:   "/a?a=1;2",
		`</p>; rel=prev,</a>;rel=next,</l>;rel=last`:       "/a",
		`</p>; rel="prev"; title="x, y", </a>; rel="next"`: "/a",
		`, ,</a>; rel="next"`:                              "/a",
		`<?after=3>; rel="next"`:                           "?after=3",
		`</a>; rel="next"; rel="prev"`:                     "/a",
		`</a>; rel="next`:                                  "/a",
		`</a>; rel="next-archive"`:                         "",
		`</a>; rel="archive-next"`:                         "",
		`</a>; rel="http://next.example/next"`:             "",
		`</a>; rel="prev"; rel="next"`:                     "", // the first counts
		`</a>; title="rel=next"`:                           "",
		`</a>; title="x; rel=next"; rel=prev`:              "",
		`</a>; xrel=next`:                                  "",
		`</a?rel=next>`:                                    "",
		`</a>; rel=""`:                                     "",
		`</a>; rel`:                                        "",
		`</a>; rel=`:                                       "",
		`</a>, next`:                                       "",
		`</a; rel="next"`:                                  "",
		`next`:                                             "",
		``:                                                 "",
		strings.Repeat(`</p>; rel="prev",`, 1000) + `</a>; rel=next`: "/a",
		`</a>; rel="\"; rel="next"` + strings.Repeat(`;rel="`, 1000): "",
	} {
		assert.Equal(t, want, paging.NextLink(http.Header{"Link": {value}}), "%.80s", value)
	}
	assert.Equal(t, "/a", paging.NextLink(http.Header{"Link": {`</p>; rel="prev"`, `</a>; rel="next"`}}), "all headers count")
	assert.Empty(t, paging.NextLink(nil))
}

// The parser ends on every input, and what it returns is in the input.
func FuzzNextLink(f *testing.F) {
	for _, seed := range []string{
		`</a?x=1,2;3>; rel="last next"`, `</a>; rel = 'next'`, `</a>; REL=next, </b>; rel="next-archive"`, `</p>; title="a\", <b>"; rel=next`, `<a>;;rel="nex\t`, `<`, `<>;rel=next`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		next := paging.NextLink(http.Header{"Link": {value}})
		if next != "" && !strings.Contains(value, "<"+next) {
			t.Errorf("%q is not in %q", next, value)
		}
		plain := strings.NewReplacer("<", "", ">", "", "\\", "", `"`, "", "'", "").Replace(value)
		if got := paging.NextLink(http.Header{"Link": {`<` + plain + `x>; title="` + plain + `"; rel="next"`}}); got != plain+"x" {
			t.Errorf("got %q, want %q", got, plain+"x")
		}
	})
}
