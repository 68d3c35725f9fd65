package leasefind

import (
	"cmp"
	"context"
	"net/http"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

var messagesCreate = &transport.Op{Name: "messages.create", Method: http.MethodPost, Path: "/messages/"}

// MessagesService passes messages and reviews to the API's assistant. Its replies come
// as events with a [MessageReply].
type MessagesService struct{ c *Client }

// MessageDirection tells who sent a message.
type MessageDirection string

// Directions of messages.
const (
	MessageInbound  MessageDirection = "Inbound"  // To the group.
	MessageOutbound MessageDirection = "Outbound" // From the group.
)

// MessageChannel is the way a message takes. Other values than the constants may occur
// in events.
type MessageChannel string

// Channels of messages.
const (
	ChannelSMS            MessageChannel = "sms"
	ChannelEmail          MessageChannel = "email"
	ChannelWebChat        MessageChannel = "web_chat"
	ChannelCallTranscript MessageChannel = "call_transcript"
	ChannelReview         MessageChannel = "review"
)

// MessageCreateParams holds a message in exactly one of SMS, Email, WebChat,
// CallTranscript and Review, which also tells its channel. The group is a GroupID or a
// GroupExternalRef.
type MessageCreateParams struct {
	MessageDirection MessageDirection     `json:"message_direction,omitzero"`  // Required, except with a Review.
	GroupID          string               `json:"group_id,omitzero"`           // The group's ID. It can't be combined with GroupExternalRef.
	GroupExternalRef string               `json:"group_external_ref,omitzero"` // The group's external reference.
	FirstName        tenantry.Opt[string] `json:"first_name,omitzero"`         // The first name of the person who writes or is written to.
	LastName         tenantry.Opt[string] `json:"last_name,omitzero"`          // The person's last name.
	MessageURI       tenantry.Opt[string] `json:"message_uri,omitzero"`        // A URI of the message, such as "sms:SM123".
	AttachmentURLs   []string             `json:"attachment_urls,omitzero"`    // URLs of attachments, except the recording of a call. Nil is not sent.
	SMS              *SMSMessage          `json:"sms,omitzero"`                // A text message, or nil.
	Email            *EmailMessage        `json:"email,omitzero"`              // An email, or nil.
	WebChat          *WebChatMessage      `json:"web_chat,omitzero"`           // A message of a chat, or nil.
	CallTranscript   *CallTranscript      `json:"call_transcript,omitzero"`    // A call, or nil.
	Review           *Review              `json:"review,omitzero"`             // A review, or nil.
	Extra            tenantry.Extra       `json:",embed,unknown"`              // Members without a field, sent as they are.
}

// SMSMessage is a text message. All fields that are not Opts are required; the Text may
// be empty.
type SMSMessage struct {
	MessageID         string               `json:"message_id"`                    // Your identifier of the message.
	Text              string               `json:"text"`                          // The text.
	CreatedDatetime   tenantry.Timestamp   `json:"created_datetime"`              // When the message was sent, in ISO 8601.
	PhoneNumber       string               `json:"phone_number"`                  // The sender's number, in E.164.
	ConversationID    string               `json:"conversation_id"`               // The identifier of the conversation.
	Source            tenantry.Opt[string] `json:"source,omitzero"`               // The system that sends messages; "unknown" if it is absent.
	SentToPhoneNumber tenantry.Opt[string] `json:"sent_to_phone_number,omitzero"` // The receiver's number.
	AgentID           tenantry.Opt[string] `json:"agent_id,omitzero"`             // The identifier of the agent who handles the message.
	AgentFullName     tenantry.Opt[string] `json:"agent_full_name,omitzero"`      // The agent's full name.
	AgentFirstName    tenantry.Opt[string] `json:"agent_first_name,omitzero"`     // The agent's first name.
	AgentLastName     tenantry.Opt[string] `json:"agent_last_name,omitzero"`      // The agent's last name.
	AgentPhoneNumber  tenantry.Opt[string] `json:"agent_phone_number,omitzero"`   // The agent's phone number.
	Extra             tenantry.Extra       `json:",embed,unknown"`                // Members without a field, sent as they are.
}

// EmailMessage is an email. All fields that are not Opts are required; the Text, the
// Subject and the References may be empty.
type EmailMessage struct {
	MessageID         string               `json:"message_id"`                   // Your identifier of the message.
	Text              string               `json:"text"`                         // The plain text.
	CreatedDatetime   tenantry.Timestamp   `json:"created_datetime"`             // When the email was sent, in ISO 8601.
	FromEmailAddress  string               `json:"from_email_address"`           // The sender.
	ToEmailAddresses  string               `json:"to_email_addresses"`           // The receivers. The API does not document how to separate several.
	Subject           string               `json:"subject"`                      // The subject.
	ConversationID    string               `json:"conversation_id"`              // The identifier of the conversation.
	References        []string             `json:"references"`                   // The message IDs in the References header. Nil is sent as an empty list.
	Source            tenantry.Opt[string] `json:"source,omitzero"`              // The system that sends emails; "unknown" if it is absent.
	InReplyTo         tenantry.Opt[string] `json:"in_reply_to,omitzero"`         // The message ID in the In-Reply-To header.
	AgentID           tenantry.Opt[string] `json:"agent_id,omitzero"`            // The identifier of the agent who handles the message.
	AgentFullName     tenantry.Opt[string] `json:"agent_full_name,omitzero"`     // The agent's full name.
	AgentFirstName    tenantry.Opt[string] `json:"agent_first_name,omitzero"`    // The agent's first name.
	AgentLastName     tenantry.Opt[string] `json:"agent_last_name,omitzero"`     // The agent's last name.
	AgentEmailAddress tenantry.Opt[string] `json:"agent_email_address,omitzero"` // The agent's email address.
	Extra             tenantry.Extra       `json:",embed,unknown"`               // Members without a field, sent as they are.
}

// WebChatMessage is a message of a chat on a website. All fields that are not Opts are
// required; the Text may be empty.
type WebChatMessage struct {
	MessageID       string               `json:"message_id"`               // Your identifier of the message.
	Text            string               `json:"text"`                     // The text.
	CreatedDatetime tenantry.Timestamp   `json:"created_datetime"`         // When the message was sent, in ISO 8601.
	Source          tenantry.Opt[string] `json:"source,omitzero"`          // The system that sends messages.
	ConversationID  tenantry.Opt[string] `json:"conversation_id,omitzero"` // If it is absent, the API makes one, which the event of the reply holds.
	SenderExtRef    tenantry.Opt[string] `json:"sender_ext_ref,omitzero"`  // Your reference of the sender.
	Name            tenantry.Opt[string] `json:"name,omitzero"`            // The sender's name.
	AgentID         tenantry.Opt[string] `json:"agent_id,omitzero"`        // The identifier of the agent who handles the message.
	Extra           tenantry.Extra       `json:",embed,unknown"`           // Members without a field, sent as they are.
}

// CallStatus tells how a call ended. Other values than the constants occur.
type CallStatus string

// Statuses of calls.
const (
	CallCompleted CallStatus = "completed"
	CallNoAnswer  CallStatus = "no-answer"
)

// CallTranscript is a telephone call. All fields that are not Opts are required.
type CallTranscript struct {
	MessageID          string                   `json:"message_id"`                     // Your identifier of the message.
	CreatedDatetime    tenantry.Timestamp       `json:"created_datetime"`               // When the call was, in ISO 8601.
	ConversationID     string                   `json:"conversation_id"`                // The identifier of the conversation.
	RecordingURL       string                   `json:"recording_url"`                  // The recording of the call.
	Source             tenantry.Opt[string]     `json:"source,omitzero"`                // The system that makes calls; "unknown" if it is absent.
	Text               tenantry.Opt[string]     `json:"text,omitzero"`                  // The transcript.
	PhoneNumber        tenantry.Opt[string]     `json:"phone_number,omitzero"`          // The caller's number.
	NumberDialedByUser tenantry.Opt[string]     `json:"number_dialed_by_user,omitzero"` // The number that the caller dialed.
	ForwardingNumber   tenantry.Opt[string]     `json:"forwarding_number,omitzero"`     // The number that the call was forwarded to.
	CallStatus         tenantry.Opt[CallStatus] `json:"call_status,omitzero"`           // How the call ended.
	CallDurationInSec  tenantry.Opt[int64]      `json:"call_duration_in_sec,omitzero"`  // How long the call was, in seconds.
	CallHandleTime     tenantry.Opt[int64]      `json:"call_handle_time,omitzero"`      // How long an agent was busy with the call, in seconds.
	CallQueueWaitTime  tenantry.Opt[int64]      `json:"call_queue_wait_time,omitzero"`  // How long the caller waited, in seconds.
	AgentID            tenantry.Opt[string]     `json:"agent_id,omitzero"`              // The identifier of the agent who handles the message.
	AgentFullName      tenantry.Opt[string]     `json:"agent_full_name,omitzero"`       // The agent's full name.
	AgentFirstName     tenantry.Opt[string]     `json:"agent_first_name,omitzero"`      // The agent's first name.
	AgentLastName      tenantry.Opt[string]     `json:"agent_last_name,omitzero"`       // The agent's last name.
	AgentPhoneNumber   tenantry.Opt[string]     `json:"agent_phone_number,omitzero"`    // The agent's phone number.
	Extra              tenantry.Extra           `json:",embed,unknown"`                 // Members without a field, sent as they are.
}

// Review is a review of a community. The API requires no field.
type Review struct {
	Source          tenantry.Opt[string]             `json:"source,omitzero"`           // Where the review is; the API documents only google.
	ReviewID        tenantry.Opt[string]             `json:"review_id,omitzero"`        // The identifier of the review.
	Title           tenantry.Opt[string]             `json:"title,omitzero"`            // The title of the review.
	Comment         tenantry.Opt[string]             `json:"comment,omitzero"`          // The text of the review.
	Rating          tenantry.Opt[tenantry.Decimal]   `json:"rating,omitzero"`           // The rating, such as 4.5.
	CreatedDatetime tenantry.Opt[tenantry.Timestamp] `json:"created_datetime,omitzero"` // When the review was written, YYYY-MM-DDThh:mm:ss without a zone.
	UpdatedDatetime tenantry.Opt[tenantry.Timestamp] `json:"updated_datetime,omitzero"` // When the review was changed, YYYY-MM-DDThh:mm:ss without a zone.
	Extra           tenantry.Extra                   `json:",embed,unknown"`            // Members without a field, sent as they are.
}

// Create passes on a message or a review: POST /messages/ (messages.create). The API
// carries it out later. Create is not retried once the request may have reached the
// server: the API does not document whether it drops a message that it has.
//
// No request is sent without a group ([ErrNoGroup]), with both identifiers of one
// ([ErrBothGroupIdentifiersProvided]), without exactly one message, or if a required
// field is empty. The error is [ErrGroupNotFound] if the group does not exist, and
// [ErrNoAccessToGroup] if the account can't reach it.
func (s *MessagesService) Create(ctx context.Context, params MessageCreateParams) (*Receipt, error) {
	if err := s.c.theGroup(messagesCreate, params.GroupID, params.GroupExternalRef, "no_group"); err != nil {
		return nil, err
	}
	messages := params.messages()
	if len(messages) != 1 {
		return nil, s.c.t.Argument(messagesCreate, "message", "is not exactly one of SMS, Email, WebChat, CallTranscript and Review")
	}
	m := messages[0]
	switch d := params.MessageDirection; {
	case d == "" && m.channel == ChannelReview, d == MessageInbound, d == MessageOutbound:
	default:
		return nil, s.c.t.Argument(messagesCreate, "MessageDirection", "is empty or unknown; pass MessageInbound or MessageOutbound")
	}
	for _, r := range m.required {
		if r.value == "" {
			return nil, s.c.t.Argument(messagesCreate, r.field, "is empty")
		}
	}
	if err := s.checkTime(m.created); err != nil {
		return nil, err
	}
	if r := params.Review; r != nil {
		if err := cmp.Or(s.c.localTime(messagesCreate, "CreatedDatetime", r.CreatedDatetime), s.c.localTime(messagesCreate, "UpdatedDatetime", r.UpdatedDatetime)); err != nil {
			return nil, err
		}
	}
	return s.c.receipt(ctx, &transport.Call{Op: messagesCreate, Body: &struct {
		Channel MessageChannel `json:"channel"`
		MessageCreateParams
	}{m.channel, params}})
}

// A message is what is common to the messages of all channels.
type message struct {
	channel  MessageChannel
	created  tenantry.Timestamp // "" for a review
	required []requirement      // fields that must not be empty
}

type requirement struct{ field, value string }

// messages returns the messages that are set.
func (p *MessageCreateParams) messages() (all []message) {
	if m := p.SMS; m != nil {
		all = append(all, message{ChannelSMS, m.CreatedDatetime, []requirement{
			{"MessageID", m.MessageID}, {"CreatedDatetime", string(m.CreatedDatetime)}, {"PhoneNumber", m.PhoneNumber}, {"ConversationID", m.ConversationID},
		}})
	}
	if m := p.Email; m != nil {
		all = append(all, message{ChannelEmail, m.CreatedDatetime, []requirement{
			{"MessageID", m.MessageID}, {"CreatedDatetime", string(m.CreatedDatetime)}, {"FromEmailAddress", m.FromEmailAddress},
			{"ToEmailAddresses", m.ToEmailAddresses}, {"ConversationID", m.ConversationID},
		}})
	}
	if m := p.WebChat; m != nil {
		all = append(all, message{ChannelWebChat, m.CreatedDatetime, []requirement{{"MessageID", m.MessageID}, {"CreatedDatetime", string(m.CreatedDatetime)}}})
	}
	if m := p.CallTranscript; m != nil {
		all = append(all, message{ChannelCallTranscript, m.CreatedDatetime, []requirement{
			{"MessageID", m.MessageID}, {"CreatedDatetime", string(m.CreatedDatetime)}, {"ConversationID", m.ConversationID}, {"RecordingURL", m.RecordingURL},
		}})
	}
	if p.Review != nil {
		all = append(all, message{channel: ChannelReview})
	}
	return all
}

// checkTime refuses a time that is not in ISO 8601, with or without a zone.
func (s *MessagesService) checkTime(t tenantry.Timestamp) error {
	_, err := t.TimeIn(time.UTC)
	if t == "" || err == nil {
		return nil
	}
	return s.c.t.Argument(messagesCreate, "CreatedDatetime", "is not a time; want YYYY-MM-DDThh:mm:ssZ")
}
