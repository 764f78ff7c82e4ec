// SPDX-License-Identifier: MIT

import API
import Wire

/// The shapes that several operations share.
extension APIOperation {
    /// The resources whose shapes have names.
    private static let resources: [(String, APISchema)] = [
        named(ModelResource.self), named(ModelDetails.self), named(ModelListResource.self),
        named(SuggestedModelsResource.self), named(SuggestedModelResource.self),
        named(ActivityResource.self),
        named(ErrorResource.self), named(AnthropicErrorResource.self), named(OllamaErrorResource.self),
        named(UsageResource.self), named(TimingsResource.self), named(PromptProgressResource.self),
        named(ChatCompletion.self), named(ChatChunk.self), named(TextCompletion.self), named(AnthropicMessage.self),
        named(ResponseResource.self), named(OllamaLine.self), named(OllamaEmbeddings.self), named(EmbeddingList.self),
        named(HistoryResource.self), named(HistoryPointResource.self), named(StreamPlaceResource.self),
        named(NativeCompletion.self), named(GenerationSettings.self), named(SlotResource.self),
        named(SlotActionResource.self), named(AdapterResource.self), named(PropertiesResource.self),
        named(RouterPropertiesResource.self), named(ModelMeta.self), named(InputTokens.self), named(Tokens.self),
        named(Detokenized.self), named(TokenizerInfo.self), named(Transcription.self), named(Ranking.self),
        named(CohereRanking.self), named(ScoredText.self), named(EmbeddingsInfo.self), named(OllamaDetails.self),
        named(OllamaModelEntry.self), named(OllamaRunningModel.self), named(OllamaShownModel.self),
        named(OllamaStatusLine.self),
        named(DeviceResource.self), named(RunningRequestResource.self), named(EndedRequestResource.self),
    ].compactMap(\.self)

    private static func named<Resource: APIResource>(_ type: Resource.Type) -> (String, APISchema)? {
        type.component.map { ($0, type.shape) }
    }

    static let components: [(String, APISchema)] =
        [
            ("Chat", ChatMembers.schema), ("Ranking", RankingMembers.schema),
            ("Success", .object([("success", .flag)], required: ["success"])),
            (
                "ChatMessage",
                .object(
                    [
                        ("role", .words("system", "developer", "user", "assistant", "tool", "function")),
                        ("content", .either(.text, .list(.document), .null)), ("name", .text),
                        ("tool_calls", .list(.document)), ("tool_call_id", .text), ("reasoning_content", .text),
                    ],
                    required: ["role"]
                )
            ),
            ("InspectedModel", InspectionResource.model), ("MemoryEstimate", InspectionResource.estimate),
            ("MemoryOutlook", InspectionResource.outlook), ("AnswerMessage", ChatCompletion.message),
            ("MessageDelta", ChatChunk.delta),
            ("ToolCall", ChatCompletion.call),
        ] + resources
}
