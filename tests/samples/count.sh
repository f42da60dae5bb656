#!/bin/sh
# Counts what the sample export holds, with jq and without any code of crossdock:
#
#   tests/samples/count.sh            prints the totals as JSON
#   tests/samples/count.sh --check    compares them with slack-export.expected.json
#
# README.md beside this file says what each total means.
set -eu
cd "$(dirname "$0")"
export_dir=slack-export
expected=slack-export.expected.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The standard names that the sample's reactions use: every other name is a custom emoji.
standard='["wave","+1","heart","eyes","joy","pray","ship","tada","dancers","heart_eyes","clap","hand",
  "muscle","camera_with_flash","coffee","face_with_raised_eyebrow","see_no_evil","hourglass",
  "exploding_head"]'

# The elements of a day file, one a line. jq 1.6 refuses half surrogate pairs: they are replaced. A
# file that is no JSON as a whole is cut where an element begins or ends by its indentation, so that
# the whole ones are kept.
elements() {
  sed -e '1s/^\xef\xbb\xbf//' -e 's/\\u[dD][89abAB][0-9a-fA-F][0-9a-fA-F]\([^\\]\)/\\ufffd\1/g' \
    "$1" >"$work/file.json"
  if jq -e 'true' "$work/file.json" >"$work/ignored" 2>&1; then
    jq -c '.[]?' "$work/file.json"
    return
  fi
  awk '/^    \{$/ { chunk = "{"; next }
       /^    \},?$/ { print chunk "}"; chunk = ""; next }
       /^    [^ ]/ { sub(/,$/, ""); print; next }
       chunk != "" { chunk = chunk $0 }
       END { if (chunk != "") print chunk }' "$work/file.json" |
    while IFS= read -r element; do
      printf '%s\n' "$element" | jq -c . 2>"$work/ignored" || echo '{"rejected": "not_json"}'
    done
}

# Every element with its channel: the folder is the channel's name, or its id when it has no name.
jq -rs '.[][] | [.id, (if (.name // "") == "" then .id else .name end)] | @tsv' \
  "$export_dir/channels.json" "$export_dir/groups.json" "$export_dir/dms.json" \
  "$export_dir/mpims.json" >"$work/folders"
: >"$work/elements"
: >"$work/day_files"
while IFS="$(printf '\t')" read -r id folder; do
  for day in "$export_dir/$folder/"*.json; do
    [ -e "$day" ] || continue
    echo "$day" >>"$work/day_files"
    elements "$day" | jq -c --arg channel "$id" '{channel: $channel, m: .}' >>"$work/elements"
  done
done <"$work/folders"

count_files() { find "$export_dir/$1" -type f | wc -l; }

jq -s --argjson standard "$standard" \
  --slurpfile users "$export_dir/users.json" --slurpfile org "$export_dir/org_users.json" \
  --slurpfile public "$export_dir/channels.json" --slurpfile private "$export_dir/groups.json" \
  --slurpfile direct "$export_dir/dms.json" --slurpfile group "$export_dir/mpims.json" \
  --slurpfile emoji "$export_dir/emoji.json" \
  --argjson day_files "$(wc -l <"$work/day_files")" --argjson uploads "$(count_files __uploads)" \
  --argjson avatars "$(count_files __avatars)" --argjson images "$(count_files emojis)" '
  def histogram: group_by(.) | map({key: .[0], value: length}) | from_entries;

  [.[] | select((.m | type) == "object" and (.m.ts | type) == "string")] as $read
  | ($read | unique_by([.channel, .m.ts])) as $messages
  | [.[] | .m
     | if type != "object" then "not_object" elif .rejected then .rejected
       elif (.ts | type) != "string" then "without_ts" else empty end] as $rejected
  | ([$users[0][], $org[0][] | .id] | unique) as $listed
  | ([$users[0][] | .profile.bot_id // empty]) as $listed_bots
  | [$messages[].m | {user: (.user // .comment.user), bot: .bot_id, name: .username}] as $authors
  | ([$authors[].user // empty] | unique - $listed) as $unlisted_users
  | ([$authors[] | select(.user == null) | .bot // empty] | unique - $listed_bots) as $unlisted_bots
  | ([$authors[] | select(.user == null and .bot == null) | .name // empty] | unique) as $names_only
  | ([$messages[] | [.channel, .m.ts]]) as $keys
  | [$messages[] | select(.m.thread_ts and .m.thread_ts != .m.ts)] as $replies
  | ([$replies[] | [.channel, .m.thread_ts]] | unique) as $roots
  | [$messages[] | .channel as $c | .m.ts as $t | .m.reactions[]? | .name as $n | .users[]
     | [$c, $t, $n, .]] as $reactions
  | [$messages[].m | .files[]?, (.file // empty)] as $files
  | ($emoji[0] | keys) as $emoji_names
  | ([$reactions[][2] | split("::")[0]] | unique - $standard) as $in_reactions
  | ([$messages[].m.blocks | .. | objects | select(.type == "emoji" and .name and (.unicode | not))
      | .name] | unique) as $in_blocks
  | {
      users: (($listed + $unlisted_users + $unlisted_bots + $names_only) | length),
      users_listed: ($listed | length),
      users_unlisted: (($unlisted_users + $unlisted_bots + $names_only) | length),
      unlisted_user_ids: $unlisted_users,
      unlisted_bot_ids: $unlisted_bots,
      unlisted_names: $names_only,
      users_deleted: ([$users[0][] | select(.deleted)] | length),
      users_guests: ([$users[0][] | select(.is_restricted)] | length),
      channels: ([$public, $private, $direct, $group | .[0] | length] | add),
      channels_public: ($public[0] | length),
      channels_private: ($private[0] | length),
      channels_direct: ($direct[0] | length),
      channels_group_direct: ($group[0] | length),
      channels_archived: ([$public[0][] | select(.is_archived)] | length),
      elements_read: length,
      elements_rejected: ($rejected | length),
      rejected_reasons: ($rejected | histogram),
      messages: ($messages | length),
      messages_twice: (($read | length) - ($messages | length)),
      messages_without_author: ([$authors[] | select([.user, .bot, .name] == [null, null, null])] | length),
      messages_edited: ([$messages[] | select(.m.edited)] | length),
      messages_pinned: ([$public[0][] | .id as $c | .pins[]? | [$c, .id]]
                        + [$messages[] | select(.m.pinned_to) | [.channel, .m.ts]] | unique | length),
      same_ts_in_two_channels: (($keys | length) - ([$keys[][1]] | unique | length)),
      subtypes: ([$messages[].m | .subtype // "none"] | histogram),
      thread_roots: ([$roots[] | select(. as $r | $keys | index([$r]))] | length),
      thread_links: ($replies | length),
      placeholders: ([$roots[] | select(. as $r | $keys | index([$r]) | not)] | length),
      links_to_placeholders: ([$replies[] | [.channel, .m.thread_ts]
                               | select(. as $r | $keys | index([$r]) | not)] | length),
      reactions: ($reactions | unique | length),
      reactions_custom: ([$reactions[] | select(.[2] | split("::")[0] | IN($in_reactions[]))]
                         | unique | length),
      attachments: ([$files[].id] | unique | length),
      attachment_references: ($files | length),
      attachment_modes: ([$files | unique_by(.id)[].mode] | histogram),
      most_files_on_a_message: ([$messages[].m | .files // [] | length] | max),
      custom_emoji: (($emoji_names + $in_reactions + $in_blocks) | unique | length),
      custom_emoji_listed: ($emoji_names | length),
      custom_emoji_aliases: ([$emoji[0][] | select(startswith("alias:"))] | length),
      custom_emoji_images: $images,
      custom_emoji_unlisted: (($in_reactions + $in_blocks) | unique - $emoji_names),
      longest_text: ([$messages[].m | .text // "" | length] | max),
      day_files: $day_files,
      uploads: $uploads,
      avatars: $avatars
    }' "$work/elements" >"$work/totals.json"

if [ "${1:-}" = --check ]; then
  diff -u "$expected" "$work/totals.json"
else
  cat "$work/totals.json"
fi
