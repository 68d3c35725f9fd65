// Package storedge is a client of the storEDGE v1 API for self-storage facilities:
// tenants and their portal accounts, units and their prices, leads, move-ins, ledgers and
// payments, documents, and reports on companies.
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
//		"github.com/tenantry/tenantry-go/storedge"
//	)
//
//	func main() {
//		client, err := storedge.NewClient(os.Getenv("STOREDGE_ACCESS_ID"), os.Getenv("STOREDGE_SECRET_KEY"))
//		if err != nil {
//			log.Fatal(err)
//		}
//		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
//		defer cancel()
//		facility := client.Facility(os.Getenv("FACILITY_ID"))
//		for unit, err := range facility.Units.AllAvailable(ctx, storedge.ListParams{}) {
//			if err != nil {
//				log.Print(err)
//				return
//			}
//			review, err := facility.MoveIns.ReviewCost(ctx, storedge.MoveInParams{UnitID: unit.ID})
//			if err != nil {
//				log.Print(err)
//				return
//			}
//			fmt.Println(unit.Name, unit.Size, unit.Price, review.MoveInTotal)
//		}
//	}
//
// One client serves any number of facilities and companies: [Client.Facility] and
// [Client.Company] send nothing. Requests are signed with one-legged OAuth 1.0a: an access
// ID, a secret key and no token. Every attempt is signed anew.
//
// # Listings
//
// Listings are by page number. They ask for the order by id, unless Sort asks for
// another, so that every record has one place. The API does not document that each
// list sorts. On one that does not, the client finds its place by the ids of the
// records that it has read: see [tenantry.Cursor].
//
// # Move-ins
//
// To rent a unit, call [MoveInsService.ReviewCost] as often as the choices change, then
// [MoveInsService.ReviewCostWithDocuments] once, show the tenant the documents, and call
// [MoveInsService.Process] with the session and the documents that the tenant accepted.
// The event that it returns has an ESignURL, or [ESignService.Create] makes a page on
// which the tenant signs.
//
// # Money
//
// [LedgersService.MakePayment] and [LedgersService.PayMultipleLedgers] send an
// idempotency key and are retried with it. [MoveInsService.Process],
// [InvoiceableItemsService.RetailPayment], [LeadsService.Create], AddFee, RemoveFee and
// UpdateAutopay have no key and are never retried once the request may have reached the
// server. Their errors say whether it may have: see [tenantry.TransportError].
//
// # Secrets
//
// Passwords, reset tokens, replies to recovery questions, card and account numbers,
// security codes, gate codes and lock combinations are of type [tenantry.Secret], also in
// responses. They print as "[redacted]" and go only into their request.
//
// # Operations
//
// Each operation is known to a degree:
//
//	V  the vendor's reference shows it
//	C  the reference of CubeSmart's host, which runs the same API, shows it
//	A  programs use it
//	B  only its method and path are known, or they are inferred; bodies and
//	   responses are the caller's JSON
//
// {f} is the id of a facility and {c} that of a company. Lists also have All and Pages.
//
//	Tenants.List                                  V  GET    /v1/{f}/tenants
//	Tenants.ListPrevious                          V  GET    /v1/{f}/tenants/previous
//	Tenants.ListCurrent                           V  GET    /v1/{f}/tenants/current
//	Tenants.Get                                   V  GET    /v1/{f}/tenants/{id}
//	Tenants.Search                                V  GET    /v1/{f}/tenants/search
//	Tenants.ListNotes                             V  GET    /v1/{f}/tenants/{id}/notes
//	Tenants.ListLedgers                           V  GET    /v1/{f}/tenants/{id}/ledgers
//	Tenants.Eligibility                           V  GET    /v1/{f}/tenants/{id}/eligibility
//	Tenants.Delinquency                           V  GET    /v1/{f}/tenants/{id}/delinquency
//	Tenants.Patch                                 V  PATCH  /v1/{f}/tenants/{id}
//	Tenants.Update                                V  PUT    /v1/{f}/tenants/{id}
//	Tenants.LookupUsername                        V  POST   /v1/{f}/tenants/username_lookup
//	Tenants.ForgotUsername                        V  POST   /v1/{f}/tenants/forgot_username
//	Tenants.SignIn                                V  POST   /v1/{f}/tenants/sign_in
//	Tenants.SignUp                                V  POST   /v1/{f}/tenants/{id}/sign_up
//	Tenants.ChangePassword                        V  PUT    /v1/{f}/tenants/{id}/change_password
//	Tenants.ResetPasswordWithToken                V  POST   /v1/{f}/tenants/reset_password_with_token
//	Tenants.Preferences                           V  GET    /v1/{f}/tenants/{id}/preferences
//	Tenants.UpdatePreferences                     V  PUT    /v1/{f}/tenants/{id}/preferences
//	Tenants.CreateNote                            C  POST   /v1/{f}/tenants/{id}/notes
//	Tenants.ListLeads                             V  GET    /v1/{f}/tenants/{id}/leads
//	Tenants.Lead                                  C  GET    /v1/{f}/tenants/{id}/leads/{lead_id}
//
//	Units.List                                    V  GET    /v1/{f}/units
//	Units.ListAvailable                           V  GET    /v1/{f}/units/available
//	Units.ListV2                                  A  GET    /v2/facilities/{f}/units
//	Units.Get                                     A  GET    /v1/{f}/units/{id}
//	Units.ListRateHistory                         V  GET    /v1/{f}/units/rate_history
//	Units.FutureScheduledRates                    B  GET    /v1/{f}/units/{id}/future_scheduled_rates
//	Units.Create                                  V  POST   /v1/{f}/units
//	Units.Update                                  C  PUT    /v1/{f}/units/{id}
//	Units.BulkCreate                              V  POST   /v1/{f}/units/bulk_create
//	Units.BulkUpdate                              A  PUT    /v1/{f}/units/bulk_update
//
//	UnitGroups.List                               V  GET    /v1/{f}/unit_groups
//	UnitGroups.Get                                A  GET    /v1/{f}/unit_groups/{id}
//	UnitGroups.ListUnits                          V  GET    /v1/{f}/unit_groups/{id}/units
//	UnitGroups.Create                             V  POST   /v1/{f}/unit_groups
//	UnitGroups.Update                             B  PUT    /v1/{f}/unit_groups
//
//	TierRates.List                                A  GET    /v1/{f}/unit_group_tier_rates
//	TierRates.ListTiers                           B  GET    /v1/{f}/tiers
//	TierRates.Update                              V  PUT    /v1/{f}/unit_group_tier_rates/update
//
//	RateAppliedActions.List                       C  GET    /v1/{f}/rate_applied_actions
//
//	Leads.List                                    V  GET    /v1/{f}/leads
//	Leads.ListReservations                        V  GET    /v1/{f}/leads/reservations
//	Leads.ListWaitlist                            B  GET    /v1/{f}/leads/waitlist
//	Leads.Create                                  V  POST   /v1/{f}/leads
//	Leads.Update                                  V  PUT    /v1/{f}/leads/{id}
//	Leads.Delete                                  A  DELETE /v1/{f}/leads/{id}
//
//	MoveIns.List                                  V  GET    /v1/{f}/move_ins
//	MoveIns.ReviewCost                            C  POST   /v1/{f}/move_ins/review_cost
//	MoveIns.ReviewCostWithDocuments               C  POST   /v1/{f}/move_ins/review_cost
//	MoveIns.Process                               V  POST   /v1/{f}/move_ins/process_move_in
//
//	MoveOuts.List                                 B  GET    /v1/{f}/move_outs
//	MoveOuts.ListReasons                          B  GET    /v1/{f}/move_outs/reasons
//	MoveOuts.Schedule                             B  POST   /v1/{f}/move_outs/schedule_move_out
//	MoveOuts.Process                              B  POST   /v1/{f}/move_outs/process_move_out
//
//	InvoiceableItems.List                         V  GET    /v1/{f}/invoiceable_items
//	InvoiceableItems.ListInsurance                V  GET    /v1/{f}/invoiceable_items/insurance
//	InvoiceableItems.ListServices                 V  GET    /v1/{f}/invoiceable_items/services
//	InvoiceableItems.ListRetail                   C  GET    /v1/{f}/invoiceable_items/retail
//	InvoiceableItems.ListRentalCenter             A  GET    /v1/{f}/invoiceable_items/rental_center
//	InvoiceableItems.RetailPayment                V  POST   /v1/{f}/invoiceable_items/retail_payment
//
//	DiscountPlans.List                            V  GET    /v1/{f}/discount_plans
//	DiscountPlans.Get                             V  GET    /v1/{f}/discount_plans/{id}
//
//	Ledgers.List                                  V  GET    /v1/{f}/ledgers
//	Ledgers.ListCurrent                           V  GET    /v1/{f}/ledgers/current
//	Ledgers.ListPrevious                          C  GET    /v1/{f}/ledgers/previous
//	Ledgers.Search                                C  GET    /v1/{f}/ledgers/search
//	Ledgers.Get                                   V  GET    /v1/{f}/ledgers/{id}
//	Ledgers.ListInvoices                          V  GET    /v1/{f}/ledgers/{id}/invoices
//	Ledgers.Invoice                               B  GET    /v1/{f}/invoices/{id}
//	Ledgers.ListRateChanges                       V  GET    /v1/{f}/ledgers/{id}/rate_changes
//	Ledgers.Services                              V  GET    /v1/{f}/ledgers/{id}/insurance_services_and_discounts
//	Ledgers.PrepayAmount                          B  GET    /v1/{f}/ledgers/{id}/prepay_amount_for
//	Ledgers.SetGateAccessCode                     V  PATCH  /v1/{f}/ledgers/{id}/gate_access_code
//	Ledgers.AddFee                                V  POST   /v1/{f}/ledgers/{id}/add_fee
//	Ledgers.RemoveFee                             V  POST   /v1/{f}/ledgers/{id}/remove_fee
//	Ledgers.MakePayment                           V  POST   /v1/{f}/ledgers/{id}/make_payment
//	Ledgers.PayMultipleLedgers                    V  POST   /v1/{f}/ledgers/pay_multiple_ledgers
//	Ledgers.UpdateAutopay                         V  PUT    /v1/{f}/ledgers/{id}/update_autopay
//
//	PaymentMethods.List                           V  GET    /v1/{f}/tenants/{id}/payment_methods
//	PaymentMethods.ListCreditCardTypes            C  GET    /v1/{f}/payment_methods/credit_card_types
//	PaymentMethods.Create                         B  POST   /v1/{f}/tenants/{id}/payment_methods
//	PaymentMethods.AuthorizeFunds                 B  POST   /v1/{f}/authorize_funds
//	PaymentMethods.ListPaymentIntents             B  GET    /v1/{f}/payment_intents
//
//	Documents.Get                                 V  GET    /v1/{f}/documents/{id}
//	Documents.GetForSession                       V  GET    /v1/{f}/documents/{session_document_id}/session/{session_id}
//	Documents.ListForEvent                        V  GET    /v1/{f}/events/{id}/documents
//	Documents.SendEsignable                       V  POST   /v1/{f}/documents/{event_id}/send_esignable_documents
//
//	ESign.Create                                  V  POST   /v1/{f}/events/{event_id}/esign
//
//	Notes.Create                                  V  POST   /v1/{f}/notes
//
//	PortalSettings.Get                            V  GET    /v1/{f}/tenant_portal_settings
//
//	Insurance.Summary                             V  GET    /v1/{f}/insurance/summary
//	Insurance.Activity                            V  GET    /v1/{f}/insurance/activity
//	Insurance.UpdateTenantAutoEnrollSettings      B  PUT    /v1/{f}/insurance/tenant_auto_enroll_settings
//
//	Info.Get                                      A  GET    /v1/{f}/info
//	Info.GetV2                                    A  GET    /v2/facilities/{f}
//	Info.ListAddresses                            A  GET    /v2/facilities/{f}/addresses
//
//	Gate.CheckCode                                A  POST   /v1/{f}/gate_codes/availability_check
//	Gate.Open                                     B  POST   /v1/{f}/gate_codes/open
//	Gate.ListAccessPoints                         B  GET    /v1/{f}/access_points
//	Gate.CreateActivity                           B  POST   /v1/{f}/gate_activities
//
//	Tasks.List                                    B  GET    /v1/{f}/tasks
//	Tasks.ListForUnit                             B  GET    /v1/{f}/units/{id}/tasks
//	Tasks.Create                                  B  POST   /v1/{f}/tasks
//	Tasks.CreateForUnit                           B  POST   /v1/{f}/units/{id}/tasks
//	Tasks.Complete                                B  PUT    /v1/{f}/tasks/{id}/complete
//
//	DelinquencyEvents.List                        B  GET    /v1/{f}/delinquency_events
//	DelinquencyEvents.Get                         B  GET    /v1/{f}/delinquency_events/{id}
//	DelinquencyEvents.Act                         B  PATCH  /v1/{f}/delinquency_events/{id}/{verb}
//
//	Auctions.ListScheduled                        B  GET    /v1/{f}/auctions/scheduled
//
//	Reports.Create                                B  POST   /v1/{f}/report_requests
//	Reports.Get                                   B  GET    /v1/{f}/report_requests/{id}
//	Reports.ListRows                              B  GET    /v1/{f}/report_requests/{id}/completed_json
//
//	Company.Facilities.ListShort                  A  GET    /v1/companies/{c}/facilities/short
//	Company.Facilities.ListV2                     A  GET    /v2/companies/{c}/facilities
//
//	Company.Leads.List                            V  GET    /v1/companies/{c}/leads
//
//	Company.Reports.Create                        A  POST   /v1/companies/{c}/report_requests
//	Company.Reports.Get                           A  GET    /v1/companies/{c}/report_requests/{id}
//	Company.Reports.ListRows                      A  GET    /v1/companies/{c}/report_requests/{id}/completed_json
//
//	Company.RateChanges.List                      C  GET    /v1/companies/{c}/rate_change_updates
//
//	Company.SameDayVacates.List                   C  GET    /v1/companies/{c}/same_day_vacates
//
//	Company.Auctions.ListActive                   B  GET    /v1/companies/{c}/active_auctions
//
//	Company.RevenueManagement.Import              A  POST   /v1/companies/{c}/unoccupied_revenue_management/import
//
// [Client.Do] sends requests to operations that have no method.
package storedge
