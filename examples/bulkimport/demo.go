package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
)

// A demo is a fake site and a file to import.
type demo struct {
	*elevenostest.Server
	email, password string
	file            *strings.Reader
}

const demoResidents = 40

// startDemo fills the settings of a demo: 40 residents, two of whom the site
// will refuse, since they are there already.
func startDemo(s *settings) *demo {
	d := &demo{Server: elevenostest.NewServer(elevenostest.WithResidents(10), elevenostest.WithFreeUnits(demoResidents), elevenostest.WithJobLooks(6)), email: elevenostest.Email, password: elevenostest.Password}
	s.team, s.site = elevenostest.TeamID, elevenostest.SiteID
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		panic(err) // it is built in
	}
	s.csv = append(s.csv, elevenos.InLocation(denver))
	var file strings.Builder
	file.WriteString("\ufeffFirst Name;Last Name;Email;Phone Number;Access Start;Access End;Building;Floor;Unit\r\n")
	for i := range demoResidents {
		email := fmt.Sprintf("new%d@example.com", i)
		if i%20 == 7 {
			email = fmt.Sprintf("resident%d@example.com", i/20)
		}
		n := 10 + i // the first ten units are taken
		fmt.Fprintf(&file, "Ana;Abbot;%s;;9/1/2030 2:10 PM;9/1/2031 2:10 PM;Building %c;%d;%d\r\n", email, "AB"[n%2], 1+n/2%12, 100+n)
	}
	d.file = strings.NewReader(file.String())
	return d
}
