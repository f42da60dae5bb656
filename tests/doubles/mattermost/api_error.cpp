#include "tests/doubles/mattermost/api_error.hpp"

#include <string>
#include <unordered_map>
#include <utility>

namespace crossdock::doubles {

namespace {

struct known_error {
  int status;
  std::string_view message;
};

// Ids, statuses and messages as a 6.7 server sends them; newer servers' ids are at the end.
const std::unordered_map<std::string_view, known_error>& known_errors() {
  static const std::unordered_map<std::string_view, known_error> table = {
      {"api.context.404.app_error", {404, "Sorry, we could not find the page."}},
      {"api.context.invalid_body_param.app_error", {400, "Invalid or missing {} in request body."}},
      {"api.context.invalid_param.app_error", {400, "Invalid {} parameter."}},
      {"api.context.invalid_url_param.app_error",
       {400, "Invalid or missing {} parameter in request URL."}},
      {"api.context.permissions.app_error", {403, "You do not have the appropriate permissions."}},
      {"api.context.session_expired.app_error",
       {401, "Invalid or expired session, please login again."}},
      {"api.context.request_body_too_large.app_error", {413, "The request body is too large."}},

      {"api.user.check_user_password.invalid.app_error",
       {400, "Login failed because of invalid password."}},
      {"api.user.create_user.accepted_domain.app_error",
       {400,
        "The email you provided does not belong to an accepted domain. Please contact your "
        "administrator or sign up with a different email."}},
      {"api.user.create_user.no_open_server",
       {403,
        "This server does not allow open signups.  Please speak with your Administrator to "
        "receive an invitation."}},
      {"api.user.create_user.signup_email_disabled.app_error",
       {501, "User sign-up with email is disabled."}},
      {"api.user.create_user.user_limits.exceeded",
       {400, "Can't create user. Server exceeds the limit of users."}},
      {"api.user.login.invalid_credentials_email_username",
       {401, "Enter a valid email or username and/or password."}},
      {"api.user.update_user_auth.invalid_request",
       {400, "Request is missing either AuthData or AuthService parameter."}},
      {"api.user.upload_profile_user.check_image_limits.app_error",
       {400, "Image limits check failed. Resolution is too high."}},
      {"app.user.get_by_username.app_error",
       {404,
        "Unable to find an existing account matching your username for this team. This team may "
        "require an invite from the team owner to join."}},
      {"app.user.missing_account.const", {404, "Unable to find the user."}},
      {"app.user.save.app_error", {500, "Unable to save the account."}},
      {"app.user.save.email_exists.app_error", {400, "An account with that email already exists."}},
      {"app.user.save.existing.app_error", {400, "Must call update for existing user."}},
      {"app.user.save.username_exists.app_error",
       {400, "An account with that username already exists."}},
      {"app.user_access_token.disabled",
       {501,
        "Personal access tokens are disabled on this server. Please contact your system "
        "administrator for details."}},
      {"app.user_access_token.get_by_token.app_error",
       {404, "Unable to get the personal access token by token."}},
      {"model.user.is_valid.auth_data_pwd.app_error",
       {400, "Invalid user, password and auth data cannot both be set."}},
      {"model.user.is_valid.email.app_error", {400, "Invalid email."}},
      {"model.user.is_valid.nickname.app_error", {400, "Invalid nickname."}},
      {"model.user.is_valid.first_name.app_error", {400, "Invalid first name."}},
      {"model.user.is_valid.last_name.app_error", {400, "Invalid last name."}},
      {"model.user.is_valid.position.app_error",
       {400, "Invalid position: must not be longer than 128 characters."}},
      {"model.user.is_valid.username.app_error",
       {400,
        "Username must begin with a letter, and contain between 3 to 22 lowercase characters made "
        "up of numbers, letters, and the symbols \".\", \"-\", and \"_\"."}},
      {"store.sql_bot.get.missing.app_error", {404, "Bot does not exist."}},

      {"app.team.get.find.app_error", {404, "Unable to find the existing team."}},
      {"app.team.get_by_name.missing.app_error", {404, "Unable to find the existing team."}},
      {"app.team.get_member.missing.app_error",
       {404, "No team member found for that user ID and team ID."}},
      {"app.team.join_user_to_team.save_member.max_accounts.app_error",
       {400,
        "Unable to create the new team membership because the team has reached the limit of "
        "members"}},
      {"app.team.join_user_to_team.max_accounts.app_error",
       {400, "This team has reached the maximum number of allowed accounts."}},
      {"app.team.save.existing.app_error", {400, "Must call update for existing team."}},
      {"api.team.add_members.too_many.app_error", {400, "Too many members in one request."}},
      {"model.team.is_valid.characters.app_error",
       {400, "Name must be 2 or more lowercase alphanumeric characters."}},
      {"model.team.is_valid.name.app_error", {400, "Invalid name."}},
      {"model.team.is_valid.reserved.app_error",
       {400, "This URL is unavailable. Please try another."}},

      {"api.channel.create_channel.direct_channel.app_error",
       {400, "Must use createDirectChannel API service for direct message channel creation."}},
      {"api.channel.create_channel.max_channel_limit.app_error",
       {400, "Unable to create more than {} channels for current team."}},
      {"api.channel.create_direct_channel.invalid_user.app_error",
       {400, "Invalid user ID for direct channel creation."}},
      {"api.channel.create_group.bad_size.app_error",
       {400, "Group message channels must contain at least 3 and no more than 8 users."}},
      {"api.channel.create_group.bad_user.app_error", {400, "One of the users does not exist."}},
      {"api.channel.delete_channel.cannot.app_error",
       {400, "Unable to delete the default channel {}."}},
      {"api.channel.delete_channel.deleted.app_error",
       {400, "The channel has been archived or deleted."}},
      {"api.channel.delete_channel.type.invalid",
       {400, "Unable to delete direct or group message channels"}},
      {"api.channel.restore_channel.restored.app_error",
       {400, "Unable to unarchive channel. The channel is not archived."}},
      {"api.channel.update_channel_privacy.default_channel_error",
       {400, "The default channel cannot be made private."}},
      {"app.channel.get.existing.app_error", {404, "Unable to find the existing channel."}},
      {"app.channel.get_by_name.missing.app_error", {404, "Channel does not exist."}},
      {"app.channel.get_channels.not_found.app_error", {404, "No channels were found."}},
      {"app.channel.get_member.missing.app_error",
       {404, "No channel member found for that user ID and channel ID."}},
      {"app.channel.add_member.deleted_user.app_error",
       {403, "Unable to add the user as a member of the channel."}},
      {"model.channel.is_valid.1_or_more.app_error",
       {400, "Name must be 1 or more lowercase alphanumeric character."}},
      {"model.channel.is_valid.display_name.app_error", {400, "Invalid display name."}},
      {"model.channel.is_valid.header.app_error", {400, "Invalid header."}},
      {"model.channel.is_valid.name.app_error",
       {400,
        "Invalid channel name. User ids are not permitted in channel name for non-direct message "
        "channels."}},
      {"model.channel.is_valid.purpose.app_error", {400, "Invalid purpose."}},
      {"model.channel.is_valid.type.app_error", {400, "Invalid type."}},
      {"store.sql_channel.save.archived_channel.app_error",
       {400, "You can not modify an archived channel."}},
      {"store.sql_channel.save_channel.exists.app_error",
       {400, "A channel with that name already exists on the same team."}},

      {"api.post.create_post.can_not_post_to_deleted.error",
       {400, "Can not post to deleted channel."}},
      {"api.post.create_post.channel_root_id.app_error",
       {400, "Invalid ChannelId for RootId parameter."}},
      {"api.post.create_post.root_id.app_error", {400, "Invalid RootId parameter."}},
      {"app.post.get.app_error", {404, "Unable to get the post."}},
      {"app.post.save.app_error", {500, "Unable to save the Post."}},
      {"app.post.save.existing.app_error", {400, "You cannot update an existing Post."}},
      {"model.post.is_valid.file_ids.app_error",
       {400,
        "Invalid file ids. Note that uploads are limited to 10 files maximum. Please use "
        "additional posts for more files."}},
      {"model.post.is_valid.msg.app_error", {400, "Invalid message."}},
      {"model.post.is_valid.message_length.app_error",
       {400, "Post Message property is longer than the maximum permitted length."}},
      {"model.post.is_valid.props.app_error", {400, "Invalid props."}},
      {"model.post.is_valid.type.app_error", {400, "Invalid type."}},

      {"api.reaction.save_reaction.invalid.app_error", {400, "Reaction is not valid."}},
      {"api.reaction.save_reaction.user_id.app_error",
       {403, "You cannot save reaction for the other user."}},
      {"api.reaction.save.archived_channel.app_error",
       {403, "You cannot save reaction in an archived channel."}},
      {"app.reaction.save.save.too_many_reactions",
       {400, "Reaction limit has been reached for this post."}},
      {"model.reaction.is_valid.emoji_name.app_error", {400, "Invalid emoji name."}},

      {"api.file.attachments.disabled.app_error",
       {501, "File attachments have been disabled on this server."}},
      {"api.file.upload_file.too_large_detailed.app_error", {413, "Unable to upload file {}"}},
      {"api.file.write_file.app_error", {500, "Unable to write the file."}},
      {"app.file_info.get.app_error", {404, "Unable to get the file info."}},
      {"api.upload.create.upload_too_large.app_error",
       {413, "Unable to upload file. File is too large."}},
      {"api.upload.upload_data.invalid_content_length", {400, "Invalid Content-Length."}},
      {"api.upload.upload_data.first_part_too_small.app_error",
       {400, "Failed to upload data. First part must be at least {} Bytes."}},
      {"app.upload.get.app_error", {404, "Failed to get upload."}},

      {"api.emoji.create.duplicate.app_error",
       {400, "Unable to create emoji. Another emoji with the same name already exists."}},
      {"api.emoji.create.other_user.app_error", {403, "Invalid user id."}},
      {"api.emoji.create.too_large.app_error",
       {413, "Unable to create emoji. Image must be less than {} in size."}},
      {"api.emoji.disabled.app_error",
       {501, "Custom emoji have been disabled by the system admin."}},
      {"api.emoji.upload.image.app_error",
       {400, "Unable to create emoji. File must be a PNG, JPEG, or GIF."}},
      {"api.emoji.upload.large_image.too_large.app_error",
       {400, "Unable to create emoji. Image must be smaller than 1028 by 1028."}},
      {"app.emoji.get.no_result", {404, "We couldn’t find the emoji."}},
      {"app.emoji.get_by_name.no_result", {404, "We couldn’t find the emoji."}},
      {"model.emoji.name.app_error",
       {400, "Name must be 1 to 64 lowercase alphanumeric characters."}},
      {"model.emoji.system_emoji_name.app_error",
       {400, "Name conflicts with existing system emoji name."}},

      {"api.job.unable_to_create_job.incorrect_job_type",
       {400, "The job type of the job you're trying to create is invalid."}},
      {"app.job.get.app_error", {404, "Unable to get the job."}},
      {"app.import.file.not_found", {404, "There is no import file of that name."}},
  };
  return table;
}

const known_error& look_up(std::string_view id) {
  const auto found = known_errors().find(id);
  if (found == known_errors().end()) {
    throw std::logic_error("unknown error id " + std::string(id));
  }
  return found->second;
}

std::string message_of(std::string_view id, std::string_view argument) {
  std::string text(look_up(id).message);
  if (const auto place = text.find("{}"); place != std::string::npos) {
    text.replace(place, 2, argument);
  }
  return text;
}

}  // namespace

api_error::api_error(std::string_view id, std::string_view argument, std::string detail)
    : api_error(look_up(id).status, id, argument, std::move(detail)) {}

api_error::api_error(int status, std::string_view id, std::string_view argument, std::string detail)
    : std::runtime_error(message_of(id, argument)),
      id_(id),
      detail_(std::move(detail)),
      status_(status) {}

void refuse_body(std::string_view what) {
  throw api_error("api.context.invalid_body_param.app_error", what);
}

void refuse_url(std::string_view what) {
  throw api_error("api.context.invalid_url_param.app_error", what);
}

void refuse_permission() {
  throw api_error("api.context.permissions.app_error");
}

}  // namespace crossdock::doubles
