package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
)

// A demo is a fake site and a file to import.
type demo struct {
	*elevenostest.Server
	email, password string
	dir             string
}

const demoResidents = 40

// startDemo fills in the settings of a demo: 40 residents, two of whom the site
// refuses, since they are there already. It never writes a file of a real run.
func startDemo(s *settings) (*demo, error) {
	denver, err := time.LoadLocation("America/Denver")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bulkimport")
	if err != nil {
		return nil, err
	}
	s.csv = append(s.csv, elevenos.InLocation(denver))
	s.team, s.site = elevenostest.TeamID, elevenostest.SiteID
	s.file = filepath.Join(dir, "residents.csv")
	if s.failures == "" {
		s.failures = "demo-failures.csv"
	}
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
	if err := os.WriteFile(s.file, []byte(file.String()), 0o600); err != nil {
		return nil, err
	}
	server := elevenostest.NewServer(elevenostest.WithResidents(10), elevenostest.WithFreeUnits(demoResidents), elevenostest.WithPendingPolls(6))
	return &demo{server, elevenostest.Email, elevenostest.Password, dir}, nil
}

// Close stops the fake and removes its file.
func (d *demo) Close() {
	d.Server.Close()
	_ = os.RemoveAll(d.dir)
}
