/** Fields that must be asked for by name. */
export const videoFields = [
  'item_id',
  'create_time',
  'caption',
  'share_url',
  'likes',
  'comments',
  'shares',
  'video_views',
]
export const mentionedVideoFields = [
  'item_id',
  'create_time',
  'video_link',
  'caption',
  'likes',
  'comments',
  'shares',
  'views',
  'creator_handle_name',
]
export const mentionedCommentFields = [
  'comment_id',
  'comment_text',
  'comment_create_time',
  'comment_likes',
  'commenter_handle_name',
  'item_id',
  'video_link',
]
