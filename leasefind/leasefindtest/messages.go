package leasefindtest

import (
	"net/http"
	"slices"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/fakeserver"
	"github.com/tenantry/tenantry-go/leasefind"
)

var agent = shape{"agent_id": aText, "agent_full_name": aText, "agent_first_name": aText, "agent_last_name": aText}

// A channel is the object that carries a message, and what it needs.
var channels = map[string]struct {
	shape    shape
	required []string
	reply    leasefind.EventType // "" if there is none
	name     string              // of the channel in the reply
}{
	"sms": {agent.with(shape{
		"source": aText, "message_id": aText, "text": aText, "created_datetime": aTime, "phone_number": aPhone, "sent_to_phone_number": aText,
		"conversation_id": aText, "agent_phone_number": aText,
	}), []string{"message_id", "text", "created_datetime", "phone_number", "conversation_id"}, leasefind.EventSMSRespond, "sms"},
	"email": {agent.with(shape{
		"source": aText, "message_id": aText, "text": aText, "created_datetime": aTime, "from_email_address": aText, "to_email_addresses": aText, "subject": aText,
		"conversation_id": aText, "references": anyTexts, "in_reply_to": aText, "agent_email_address": aText,
	}), []string{"message_id", "text", "created_datetime", "from_email_address", "to_email_addresses", "subject", "conversation_id", "references"},
		leasefind.EventEmailRespond, "email"},
	"web_chat": {shape{
		"source": aText, "message_id": aText, "text": aText, "created_datetime": aTime, "conversation_id": aText, "sender_ext_ref": aText, "name": aText,
		"agent_id": aText,
	}, []string{"message_id", "text", "created_datetime"}, leasefind.EventWebChatRespond, "website"},
	"call_transcript": {agent.with(shape{
		"source": aText, "message_id": aText, "text": aText, "created_datetime": aTime, "conversation_id": aText, "recording_url": aText, "phone_number": aText,
		"number_dialed_by_user": aText, "call_duration_in_sec": anInt, "call_status": aText, "call_handle_time": anInt, "call_queue_wait_time": anInt,
		"forwarding_number": aText, "agent_phone_number": aText,
	}), []string{"message_id", "created_datetime", "conversation_id", "recording_url"}, "", ""},
	"review": {shape{
		"source": oneOf("google"), "review_id": aText, "title": aText, "comment": aText, "rating": aNumber, "created_datetime": aTime, "updated_datetime": aTime,
	}, nil, "", ""},
}

func (s *Server) sendMessage(r *fakeserver.Request) fakeserver.Response {
	sh := shape{
		"channel": oneOf("sms", "email", "web_chat", "call_transcript", "review"), "message_direction": oneOf("Inbound", "Outbound"), "group_id": aText,
		"group_external_ref": aText, "first_name": aText, "last_name": aText, "message_uri": aText, "attachment_urls": anyTexts,
	}
	for name, c := range channels {
		sh[name] = object(c.shape, c.required...)
	}
	m, no := body(r, sh, "channel")
	if no != nil {
		return *no
	}
	channel := text(m["channel"])
	for name := range channels {
		if (m[name] != nil) != (name == channel) {
			return *invalid("The member " + name + " does not go with the channel " + channel + ".")
		}
	}
	if m["message_direction"] == nil && channel != "review" {
		return *invalid("The member message_direction is required.")
	}
	defer s.store.write()()
	group, no := s.store.oneGroup(m, "no_group", http.StatusNotFound, "group_not_found")
	if no != nil {
		return *no
	}
	s.messages = append(s.messages, tenantry.Raw(slices.Clone(r.Payload)))
	return s.later(func(at time.Time) {
		if m["message_direction"] == "Inbound" {
			s.reply(at, channel, m, group)
		}
	})
}

// reply posts the event that responds to a message.
func (s *Server) reply(at time.Time, channel string, m members, group string) {
	c := channels[channel]
	if c.reply == "" {
		return
	}
	message, _ := m[channel].(members)
	conversation := message["conversation_id"]
	if conversation == nil {
		conversation = s.store.world.id("conversation", s.store.next)
		s.store.next++
	}
	var ref any
	if g, ok := s.store.communities.get(group); ok {
		ref = g.m["community_external_ref"]
	}
	var body fakeserver.Object
	body.Set("message_id", message["message_id"])
	body.Set("conversation_id", conversation)
	body.Set("sender_name", "Adam")
	body.Set("message_text", "Thank you for your message. We will get back to you.")
	body.Set("channel", c.name)
	body.Set("company_id", "company-1")
	body.Set("sender_external_ref", "bot_1")
	body.Set("human_handover_ind", false)
	body.Set("portfolio_external_ref", ref)
	s.post(at, c.reply, body.Bytes())
}

// Messages returns the bodies of the messages that were accepted, in their order.
func (s *Server) Messages() []tenantry.Raw {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	return slices.Clone(s.messages)
}
