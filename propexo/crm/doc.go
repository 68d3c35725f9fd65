// Package crm is a client of the CRM family of Propexo's API, with the systems Knock,
// Funnel, RentCafe and EliseAI: prospects, appointments, events, communications,
// agents, attributions (sources of leads), communities (properties) and listings.
//
//	client, err := propexo.NewClient(os.Getenv("PROPEXO_TOKEN"))
//	if err != nil {
//		log.Fatal(err)
//	}
//	defer client.Close()
//	crms, err := crm.New(client)
//	if err != nil {
//		log.Fatal(err)
//	}
//	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
//	defer cancel()
//	job, err := crms.Appointments.Create(ctx, crm.AppointmentCreateParams{
//		IntegrationID:   "cl1",
//		CommunityID:     tenantry.Set("cl2"),
//		Email1:          tenantry.Set("ana@example.com"),
//		AppointmentDate: tenantry.Set(tenantry.Timestamp("2026-06-01")),
//		AppointmentTime: tenantry.Set("15:30:00"),
//	}, propexo.At(propexo.SystemFunnel))
//
// Writes return a job of [propexo.WritesService.Wait]. With [propexo.At] they go to
// the system's own operation, and [propexo.Support] says what it takes; the names of
// operations begin with "crm.", as in "crm.appointments.create".
//
// Times are in UTC, unlike those of package propexo. Only the members that all records
// share are documented; the others are in Extra. Appointments are read as events.
package crm
