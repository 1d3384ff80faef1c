import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Drawn from the system's own facts; secrets are written, never shown.
ColumnLayout {
    id: form
    readonly property var vm: app.connections
    readonly property string answer: vm.answer.state || ""
    readonly property var places: vm.answer.locations || []
    property bool whole: false
    readonly property var shown: (vm.adding.fields || []).filter(field => whole || !field.advanced)
    readonly property bool complete: fields.children.every(item => item.fulfilled === undefined || item.fulfilled)

    spacing: 16
    ScreenHead { Layout.fillWidth: true; subtitle: qsTr("Keys are sealed on this till and never shown again."); title: qsTr("Connect %1").arg(form.vm.adding.label || "") }
    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: fields.implicitHeight + 8
        ScrollBar.vertical: ScrollBar { }
        ColumnLayout {
            id: fields
            spacing: 16
            width: flick.width - 8
            x: 4
            Repeater {
                model: form.shown
                ColumnLayout {
                    id: entry
                    required property var modelData
                    readonly property bool wellFormed: !input.text || !modelData.pattern || new RegExp("^(?:" + modelData.pattern + ")$").test(input.text)
                    readonly property bool fulfilled: wellFormed && (!modelData.required || input.text !== "")
                    Layout.fillWidth: true
                    spacing: 4
                    AppText { Layout.fillWidth: true; strong: true; text: entry.modelData.required ? entry.modelData.label : qsTr("%1 (optional)").arg(entry.modelData.label) }
                    Flow {
                        Layout.fillWidth: true
                        spacing: 8
                        visible: (entry.modelData.choices || []).length > 0
                        Repeater {
                            model: entry.modelData.choices || []
                            Chip { required property string modelData; chosen: input.text === modelData; text: modelData; onClicked: { input.text = modelData; form.vm.set_field(entry.modelData.name, modelData) } }
                        }
                    }
                    Field {
                        id: input
                        visible: (entry.modelData.choices || []).length === 0
                        Layout.fillWidth: true
                        Accessible.name: entry.modelData.label
                        text: entry.modelData.value || ""
                        echoMode: entry.modelData.secret ? TextInput.Password : TextInput.Normal
                        iconName: entry.modelData.secret ? "key-outline" : ""
                        wrong: !entry.wellFormed
                        onTextEdited: form.vm.set_field(entry.modelData.name, text)
                    }
                    AppText {
                        Layout.fillWidth: true
                        color: entry.wellFormed ? Theme.soft : Theme.problem
                        font.pixelSize: Theme.small
                        text: entry.wellFormed ? entry.modelData.help : qsTr("This does not look right. %1").arg(entry.modelData.help)
                        visible: text
                        wrapMode: Text.Wrap
                    }
                }
            }
        }
    }
    ActionButton {
        text: form.whole ? qsTr("Fewer fields") : qsTr("More fields")
        variant: "quiet"
        visible: (form.vm.adding.fields || []).some(field => field.advanced)
        onClicked: form.whole = !form.whole
    }
    Banner { Layout.fillWidth: true; meaning: ""; title: qsTr("Making one real call…"); visible: form.answer === "busy" }
    Banner {
        Layout.fillWidth: true
        detail: (fmt.locale, qsTr("Account %1, answered in %2 ms.").arg(form.vm.answer.account || "").arg(fmt.number(form.vm.answer.latency_ms || 0)))
        meaning: "good"
        title: qsTr("It works")
        visible: form.answer === "ok"
    }
    Banner {
        Layout.fillWidth: true
        detail: Words.nextStep(form.vm.answer.next_step || "")
        meaning: "problem"
        title: Words.known(form.vm.answer.problem || "") ? Words.reason(form.vm.answer.problem) : form.vm.answer.message || ""
        visible: form.answer === "failed"
    }
    ColumnLayout {
        Layout.fillWidth: true
        spacing: 8
        visible: form.places.length > 1
        AppText { Layout.fillWidth: true; strong: true; text: qsTr("Which place is this till at?"); wrapMode: Text.Wrap }
        Flow {
            Layout.fillWidth: true
            spacing: 8
            Repeater {
                model: form.places
                Chip { required property var modelData; chosen: form.vm.location === modelData.id; iconName: "store-outline"; text: modelData.name; onClicked: form.vm.choose_location(modelData.id) }
            }
        }
    }
    Refusal { Layout.fillWidth: true; refusal: form.vm.failure }
    RowLayout {
        spacing: 8
        ActionButton { text: qsTr("Cancel"); variant: "quiet"; onClicked: form.vm.close() }
        Item { Layout.fillWidth: true }
        ActionButton { enabled: form.complete && form.answer !== "busy"; iconName: "connection"; text: qsTr("Test"); onClicked: form.vm.test() }
        ActionButton { enabled: form.complete && form.answer !== "busy" && (form.places.length < 2 || form.vm.location !== ""); text: form.places.length > 1 ? qsTr("Save") : qsTr("Test and save"); variant: "primary"; onClicked: form.vm.save() }
    }
}
