// Package elevenos is a client for the ElevenOS Resident Management API v2. It
// lists the teams and sites of a Site Manager user, and manages the residents of a
// site: one by one, with bulk actions, or from a CSV file.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//		"os"
//		"time"
//
//		"github.com/tenantry/tenantry-go/elevenos"
//	)
//
//	func main() {
//		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
//		defer cancel()
//		client, err := elevenos.NewClient(os.Getenv("ELEVENOS_EMAIL"), os.Getenv("ELEVENOS_PASSWORD"))
//		if err != nil {
//			log.Fatal(err)
//		}
//		site := client.Site(os.Getenv("TEAM_ID"), os.Getenv("SITE_ID"))
//		for resident, err := range site.Residents.All(ctx) {
//			if err != nil {
//				log.Fatal(err)
//			}
//			if resident.Status.Has(elevenos.ResidentPending) {
//				fmt.Println(resident.Unit, resident.Email)
//			}
//		}
//	}
//
// [Client.ListTeams] and [Client.ListSites] return the IDs that [Client.Site] takes,
// and [Site.ListMappings] the units that residents can be added to.
//
// # Authentication and errors
//
// NewClient takes the email and password of a Site Manager user and exchanges them
// for a token, which all calls share. The client renews the token before it expires,
// if the API says when that is, and once after a 401. The password is sent to the
// token endpoint only.
//
// Each failure that the API reports is a [*tenantry.Error]. The API also reports
// failures with status 200; they become the same error.
//
// # A resident's life
//
// A resident is scheduled until the activation date, when ElevenOS emails them an
// invitation. They are pending until they have completed onboarding; then ElevenOS
// sends them WiFi details. [ResidentsService.Terminate] makes a resident expired.
// Within 31 days [ResidentsService.Update] can reactivate them, and nobody else can
// have their email; after that ElevenOS removes them. [ResidentsService.Purge]
// removes a resident at once. The email identifies a resident and never changes.
//
// # Bulk imports
//
// [ReadCSV] reads a file, and [CheckImport] compares its rows with the units of the
// site. Each reports everything that is wrong at once, before anything is sent.
// [ResidentsService.Import] starts a job and returns its ID. Store the ID, then wait
// with [ResidentsService.WaitImport], in the same process or in another:
//
//	residents, err := elevenos.ReadCSV(file, elevenos.InLocation(siteLocation))
//	…
//	err = elevenos.CheckImport(residents, mappings.Items)
//	…
//	jobID, err := site.Residents.Import(ctx, residents)
//	…
//	job, err := site.Residents.WaitImport(ctx, jobID, tenantry.WaitParams[*elevenos.Job]{})
//	var failed *elevenos.JobError
//	if errors.As(err, &failed) {
//		job.MatchRows(residents)
//		for _, item := range job.FailedItems {
//			fmt.Println(item.Row, item.Errors)
//		}
//	}
//
// [ResidentsService.BulkAction] and [ResidentsService.WaitBulkAction] work in the
// same way. [BulkResendInvites] and [BulkOnboardNow] email every resident they apply
// to.
//
// # Assumptions
//
// The vendor's quick start leaves some forms open. This package assumes the
// following:
//
//   - The body of an import is {"Residents": […]}.
//   - A new resident is returned under Residents, under Resident, or as the response
//     itself.
//   - The result of a job holds its residents under success and failed, at any
//     depth, or in an array of two arrays. [Job] also keeps the result raw.
//   - A finished job succeeded only if none of its residents failed and it says for
//     how many it succeeded; see [ResidentsService.WaitImport].
//
// Upstream: "Resident Management API - Quick Start Guide".
package elevenos
