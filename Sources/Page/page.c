// SPDX-License-Identifier: MIT
//
// Written by scripts/page-table; run it when a file comes or goes.
#include "page.h"

static const unsigned char f_activity_activity_view_js[] = {
#embed "site/activity/activity-view.js"
};

static const unsigned char f_activity_activity_css[] = {
#embed "site/activity/activity.css"
};

static const unsigned char f_activity_chart_js[] = {
#embed "site/activity/chart.js"
};

static const unsigned char f_activity_devices_js[] = {
#embed "site/activity/devices.js"
};

static const unsigned char f_activity_requests_js[] = {
#embed "site/activity/requests.js"
};

static const unsigned char f_activity_series_js[] = {
#embed "site/activity/series.js"
};

static const unsigned char f_activity_tiles_js[] = {
#embed "site/activity/tiles.js"
};

static const unsigned char f_app_js[] = {
#embed "site/app.js"
};

static const unsigned char f_base_css[] = {
#embed "site/base.css"
};

static const unsigned char f_chat_answer_js[] = {
#embed "site/chat/answer.js"
};

static const unsigned char f_chat_by_hand_js[] = {
#embed "site/chat/by-hand.js"
};

static const unsigned char f_chat_chat_controls_js[] = {
#embed "site/chat/chat-controls.js"
};

static const unsigned char f_chat_chat_marks_js[] = {
#embed "site/chat/chat-marks.js"
};

static const unsigned char f_chat_chat_view_js[] = {
#embed "site/chat/chat-view.js"
};

static const unsigned char f_chat_chat_css[] = {
#embed "site/chat/chat.css"
};

static const unsigned char f_chat_complaint_js[] = {
#embed "site/chat/complaint.js"
};

static const unsigned char f_chat_composer_js[] = {
#embed "site/chat/composer.js"
};

static const unsigned char f_chat_context_gauge_js[] = {
#embed "site/chat/context-gauge.js"
};

static const unsigned char f_chat_context_use_js[] = {
#embed "site/chat/context-use.js"
};

static const unsigned char f_chat_conversation_list_js[] = {
#embed "site/chat/conversation-list.js"
};

static const unsigned char f_chat_conversations_js[] = {
#embed "site/chat/conversations.js"
};

static const unsigned char f_chat_end_keeper_js[] = {
#embed "site/chat/end-keeper.js"
};

static const unsigned char f_chat_file_kind_js[] = {
#embed "site/chat/file-kind.js"
};

static const unsigned char f_chat_generation_js[] = {
#embed "site/chat/generation.js"
};

static const unsigned char f_chat_keys_js[] = {
#embed "site/chat/keys.js"
};

static const unsigned char f_chat_message_view_js[] = {
#embed "site/chat/message-view.js"
};

static const unsigned char f_chat_model_defaults_js[] = {
#embed "site/chat/model-defaults.js"
};

static const unsigned char f_chat_reading_order_js[] = {
#embed "site/chat/reading-order.js"
};

static const unsigned char f_chat_request_js[] = {
#embed "site/chat/request.js"
};

static const unsigned char f_chat_sampling_fields_js[] = {
#embed "site/chat/sampling-fields.js"
};

static const unsigned char f_chat_setting_rows_js[] = {
#embed "site/chat/setting-rows.js"
};

static const unsigned char f_chat_settings_sheet_js[] = {
#embed "site/chat/settings-sheet.js"
};

static const unsigned char f_chat_starters_js[] = {
#embed "site/chat/starters.js"
};

static const unsigned char f_chat_succession_js[] = {
#embed "site/chat/succession.js"
};

static const unsigned char f_chat_thread_js[] = {
#embed "site/chat/thread.js"
};

static const unsigned char f_chat_welcome_js[] = {
#embed "site/chat/welcome.js"
};

static const unsigned char f_compare_compare_view_js[] = {
#embed "site/compare/compare-view.js"
};

static const unsigned char f_compare_compare_css[] = {
#embed "site/compare/compare.css"
};

static const unsigned char f_compare_votes_js[] = {
#embed "site/compare/votes.js"
};

static const unsigned char f_core_api_js[] = {
#embed "site/core/api.js"
};

static const unsigned char f_core_clipboard_js[] = {
#embed "site/core/clipboard.js"
};

static const unsigned char f_core_dialog_js[] = {
#embed "site/core/dialog.js"
};

static const unsigned char f_core_dom_js[] = {
#embed "site/core/dom.js"
};

static const unsigned char f_core_downloads_js[] = {
#embed "site/core/downloads.js"
};

static const unsigned char f_core_event_parser_js[] = {
#embed "site/core/event-parser.js"
};

static const unsigned char f_core_format_js[] = {
#embed "site/core/format.js"
};

static const unsigned char f_core_formulas_js[] = {
#embed "site/core/formulas.js"
};

static const unsigned char f_core_growing_text_js[] = {
#embed "site/core/growing-text.js"
};

static const unsigned char f_core_hub_name_js[] = {
#embed "site/core/hub-name.js"
};

static const unsigned char f_core_markdown_js[] = {
#embed "site/core/markdown.js"
};

static const unsigned char f_core_menu_js[] = {
#embed "site/core/menu.js"
};

static const unsigned char f_core_model_mark_js[] = {
#embed "site/core/model-mark.js"
};

static const unsigned char f_core_model_picker_js[] = {
#embed "site/core/model-picker.js"
};

static const unsigned char f_core_models_js[] = {
#embed "site/core/models.js"
};

static const unsigned char f_core_paced_js[] = {
#embed "site/core/paced.js"
};

static const unsigned char f_core_parts_css[] = {
#embed "site/core/parts.css"
};

static const unsigned char f_core_shortcuts_js[] = {
#embed "site/core/shortcuts.js"
};

static const unsigned char f_core_store_js[] = {
#embed "site/core/store.js"
};

static const unsigned char f_core_theme_js[] = {
#embed "site/core/theme.js"
};

static const unsigned char f_farewell_js[] = {
#embed "site/farewell.js"
};

static const unsigned char f_icon_svg[] = {
#embed "site/icon.svg"
};

static const unsigned char f_icons_apple_touch_180_png[] = {
#embed "site/icons/apple-touch-180.png"
};

static const unsigned char f_icons_icon_192_png[] = {
#embed "site/icons/icon-192.png"
};

static const unsigned char f_icons_icon_512_png[] = {
#embed "site/icons/icon-512.png"
};

static const unsigned char f_icons_maskable_512_png[] = {
#embed "site/icons/maskable-512.png"
};

static const unsigned char f_index_html[] = {
#embed "site/index.html"
};

static const unsigned char f_manifest_webmanifest[] = {
#embed "site/manifest.webmanifest"
};

static const unsigned char f_models_advice_js[] = {
#embed "site/models/advice.js"
};

static const unsigned char f_models_filters_js[] = {
#embed "site/models/filters.js"
};

static const unsigned char f_models_log_box_js[] = {
#embed "site/models/log-box.js"
};

static const unsigned char f_models_memory_bar_js[] = {
#embed "site/models/memory-bar.js"
};

static const unsigned char f_models_model_actions_js[] = {
#embed "site/models/model-actions.js"
};

static const unsigned char f_models_model_page_js[] = {
#embed "site/models/model-page.js"
};

static const unsigned char f_models_model_row_js[] = {
#embed "site/models/model-row.js"
};

static const unsigned char f_models_models_view_js[] = {
#embed "site/models/models-view.js"
};

static const unsigned char f_models_models_css[] = {
#embed "site/models/models.css"
};

static const unsigned char f_models_transfers_js[] = {
#embed "site/models/transfers.js"
};

static const unsigned char f_shell_css[] = {
#embed "site/shell.css"
};

static const unsigned char f_theme_js[] = {
#embed "site/theme.js"
};

#if __has_embed("../../.web/marked.js")
static const unsigned char f_lib_marked_js[] = {
#embed "../../.web/marked.js"
};
#endif

#if __has_embed("../../.web/purify.js")
static const unsigned char f_lib_purify_js[] = {
#embed "../../.web/purify.js"
};
#endif

#if __has_embed("../../.web/highlight.js")
static const unsigned char f_lib_highlight_js[] = {
#embed "../../.web/highlight.js"
};
#endif

#if __has_embed("../../.web/katex.js")
static const unsigned char f_lib_katex_js[] = {
#embed "../../.web/katex.js"
};
#endif

static const eh_page_file files[] = {
    {"activity/activity-view.js", "text/javascript; charset=utf-8", f_activity_activity_view_js, sizeof f_activity_activity_view_js},
    {"activity/activity.css", "text/css; charset=utf-8", f_activity_activity_css, sizeof f_activity_activity_css},
    {"activity/chart.js", "text/javascript; charset=utf-8", f_activity_chart_js, sizeof f_activity_chart_js},
    {"activity/devices.js", "text/javascript; charset=utf-8", f_activity_devices_js, sizeof f_activity_devices_js},
    {"activity/requests.js", "text/javascript; charset=utf-8", f_activity_requests_js, sizeof f_activity_requests_js},
    {"activity/series.js", "text/javascript; charset=utf-8", f_activity_series_js, sizeof f_activity_series_js},
    {"activity/tiles.js", "text/javascript; charset=utf-8", f_activity_tiles_js, sizeof f_activity_tiles_js},
    {"app.js", "text/javascript; charset=utf-8", f_app_js, sizeof f_app_js},
    {"base.css", "text/css; charset=utf-8", f_base_css, sizeof f_base_css},
    {"chat/answer.js", "text/javascript; charset=utf-8", f_chat_answer_js, sizeof f_chat_answer_js},
    {"chat/by-hand.js", "text/javascript; charset=utf-8", f_chat_by_hand_js, sizeof f_chat_by_hand_js},
    {"chat/chat-controls.js", "text/javascript; charset=utf-8", f_chat_chat_controls_js, sizeof f_chat_chat_controls_js},
    {"chat/chat-marks.js", "text/javascript; charset=utf-8", f_chat_chat_marks_js, sizeof f_chat_chat_marks_js},
    {"chat/chat-view.js", "text/javascript; charset=utf-8", f_chat_chat_view_js, sizeof f_chat_chat_view_js},
    {"chat/chat.css", "text/css; charset=utf-8", f_chat_chat_css, sizeof f_chat_chat_css},
    {"chat/complaint.js", "text/javascript; charset=utf-8", f_chat_complaint_js, sizeof f_chat_complaint_js},
    {"chat/composer.js", "text/javascript; charset=utf-8", f_chat_composer_js, sizeof f_chat_composer_js},
    {"chat/context-gauge.js", "text/javascript; charset=utf-8", f_chat_context_gauge_js, sizeof f_chat_context_gauge_js},
    {"chat/context-use.js", "text/javascript; charset=utf-8", f_chat_context_use_js, sizeof f_chat_context_use_js},
    {"chat/conversation-list.js", "text/javascript; charset=utf-8", f_chat_conversation_list_js, sizeof f_chat_conversation_list_js},
    {"chat/conversations.js", "text/javascript; charset=utf-8", f_chat_conversations_js, sizeof f_chat_conversations_js},
    {"chat/end-keeper.js", "text/javascript; charset=utf-8", f_chat_end_keeper_js, sizeof f_chat_end_keeper_js},
    {"chat/file-kind.js", "text/javascript; charset=utf-8", f_chat_file_kind_js, sizeof f_chat_file_kind_js},
    {"chat/generation.js", "text/javascript; charset=utf-8", f_chat_generation_js, sizeof f_chat_generation_js},
    {"chat/keys.js", "text/javascript; charset=utf-8", f_chat_keys_js, sizeof f_chat_keys_js},
    {"chat/message-view.js", "text/javascript; charset=utf-8", f_chat_message_view_js, sizeof f_chat_message_view_js},
    {"chat/model-defaults.js", "text/javascript; charset=utf-8", f_chat_model_defaults_js, sizeof f_chat_model_defaults_js},
    {"chat/reading-order.js", "text/javascript; charset=utf-8", f_chat_reading_order_js, sizeof f_chat_reading_order_js},
    {"chat/request.js", "text/javascript; charset=utf-8", f_chat_request_js, sizeof f_chat_request_js},
    {"chat/sampling-fields.js", "text/javascript; charset=utf-8", f_chat_sampling_fields_js, sizeof f_chat_sampling_fields_js},
    {"chat/setting-rows.js", "text/javascript; charset=utf-8", f_chat_setting_rows_js, sizeof f_chat_setting_rows_js},
    {"chat/settings-sheet.js", "text/javascript; charset=utf-8", f_chat_settings_sheet_js, sizeof f_chat_settings_sheet_js},
    {"chat/starters.js", "text/javascript; charset=utf-8", f_chat_starters_js, sizeof f_chat_starters_js},
    {"chat/succession.js", "text/javascript; charset=utf-8", f_chat_succession_js, sizeof f_chat_succession_js},
    {"chat/thread.js", "text/javascript; charset=utf-8", f_chat_thread_js, sizeof f_chat_thread_js},
    {"chat/welcome.js", "text/javascript; charset=utf-8", f_chat_welcome_js, sizeof f_chat_welcome_js},
    {"compare/compare-view.js", "text/javascript; charset=utf-8", f_compare_compare_view_js, sizeof f_compare_compare_view_js},
    {"compare/compare.css", "text/css; charset=utf-8", f_compare_compare_css, sizeof f_compare_compare_css},
    {"compare/votes.js", "text/javascript; charset=utf-8", f_compare_votes_js, sizeof f_compare_votes_js},
    {"core/api.js", "text/javascript; charset=utf-8", f_core_api_js, sizeof f_core_api_js},
    {"core/clipboard.js", "text/javascript; charset=utf-8", f_core_clipboard_js, sizeof f_core_clipboard_js},
    {"core/dialog.js", "text/javascript; charset=utf-8", f_core_dialog_js, sizeof f_core_dialog_js},
    {"core/dom.js", "text/javascript; charset=utf-8", f_core_dom_js, sizeof f_core_dom_js},
    {"core/downloads.js", "text/javascript; charset=utf-8", f_core_downloads_js, sizeof f_core_downloads_js},
    {"core/event-parser.js", "text/javascript; charset=utf-8", f_core_event_parser_js, sizeof f_core_event_parser_js},
    {"core/format.js", "text/javascript; charset=utf-8", f_core_format_js, sizeof f_core_format_js},
    {"core/formulas.js", "text/javascript; charset=utf-8", f_core_formulas_js, sizeof f_core_formulas_js},
    {"core/growing-text.js", "text/javascript; charset=utf-8", f_core_growing_text_js, sizeof f_core_growing_text_js},
    {"core/hub-name.js", "text/javascript; charset=utf-8", f_core_hub_name_js, sizeof f_core_hub_name_js},
    {"core/markdown.js", "text/javascript; charset=utf-8", f_core_markdown_js, sizeof f_core_markdown_js},
    {"core/menu.js", "text/javascript; charset=utf-8", f_core_menu_js, sizeof f_core_menu_js},
    {"core/model-mark.js", "text/javascript; charset=utf-8", f_core_model_mark_js, sizeof f_core_model_mark_js},
    {"core/model-picker.js", "text/javascript; charset=utf-8", f_core_model_picker_js, sizeof f_core_model_picker_js},
    {"core/models.js", "text/javascript; charset=utf-8", f_core_models_js, sizeof f_core_models_js},
    {"core/paced.js", "text/javascript; charset=utf-8", f_core_paced_js, sizeof f_core_paced_js},
    {"core/parts.css", "text/css; charset=utf-8", f_core_parts_css, sizeof f_core_parts_css},
    {"core/shortcuts.js", "text/javascript; charset=utf-8", f_core_shortcuts_js, sizeof f_core_shortcuts_js},
    {"core/store.js", "text/javascript; charset=utf-8", f_core_store_js, sizeof f_core_store_js},
    {"core/theme.js", "text/javascript; charset=utf-8", f_core_theme_js, sizeof f_core_theme_js},
    {"farewell.js", "text/javascript; charset=utf-8", f_farewell_js, sizeof f_farewell_js},
    {"icon.svg", "image/svg+xml", f_icon_svg, sizeof f_icon_svg},
    {"icons/apple-touch-180.png", "image/png", f_icons_apple_touch_180_png, sizeof f_icons_apple_touch_180_png},
    {"icons/icon-192.png", "image/png", f_icons_icon_192_png, sizeof f_icons_icon_192_png},
    {"icons/icon-512.png", "image/png", f_icons_icon_512_png, sizeof f_icons_icon_512_png},
    {"icons/maskable-512.png", "image/png", f_icons_maskable_512_png, sizeof f_icons_maskable_512_png},
    {"index.html", "text/html; charset=utf-8", f_index_html, sizeof f_index_html},
    {"manifest.webmanifest", "application/manifest+json", f_manifest_webmanifest, sizeof f_manifest_webmanifest},
    {"models/advice.js", "text/javascript; charset=utf-8", f_models_advice_js, sizeof f_models_advice_js},
    {"models/filters.js", "text/javascript; charset=utf-8", f_models_filters_js, sizeof f_models_filters_js},
    {"models/log-box.js", "text/javascript; charset=utf-8", f_models_log_box_js, sizeof f_models_log_box_js},
    {"models/memory-bar.js", "text/javascript; charset=utf-8", f_models_memory_bar_js, sizeof f_models_memory_bar_js},
    {"models/model-actions.js", "text/javascript; charset=utf-8", f_models_model_actions_js, sizeof f_models_model_actions_js},
    {"models/model-page.js", "text/javascript; charset=utf-8", f_models_model_page_js, sizeof f_models_model_page_js},
    {"models/model-row.js", "text/javascript; charset=utf-8", f_models_model_row_js, sizeof f_models_model_row_js},
    {"models/models-view.js", "text/javascript; charset=utf-8", f_models_models_view_js, sizeof f_models_models_view_js},
    {"models/models.css", "text/css; charset=utf-8", f_models_models_css, sizeof f_models_models_css},
    {"models/transfers.js", "text/javascript; charset=utf-8", f_models_transfers_js, sizeof f_models_transfers_js},
    {"shell.css", "text/css; charset=utf-8", f_shell_css, sizeof f_shell_css},
    {"theme.js", "text/javascript; charset=utf-8", f_theme_js, sizeof f_theme_js},
#if __has_embed("../../.web/marked.js")
    {"lib/marked.js", "text/javascript; charset=utf-8", f_lib_marked_js, sizeof f_lib_marked_js},
#endif
#if __has_embed("../../.web/purify.js")
    {"lib/purify.js", "text/javascript; charset=utf-8", f_lib_purify_js, sizeof f_lib_purify_js},
#endif
#if __has_embed("../../.web/highlight.js")
    {"lib/highlight.js", "text/javascript; charset=utf-8", f_lib_highlight_js, sizeof f_lib_highlight_js},
#endif
#if __has_embed("../../.web/katex.js")
    {"lib/katex.js", "text/javascript; charset=utf-8", f_lib_katex_js, sizeof f_lib_katex_js},
#endif
};

size_t eh_page_count(void) { return sizeof files / sizeof *files; }

eh_page_file eh_page_file_at(size_t index) { return files[index]; }

uint64_t eh_page_hash(eh_page_file file) {
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < file.count; i++) hash = (hash ^ file.bytes[i]) * 0x100000001b3;
    return hash;
}
