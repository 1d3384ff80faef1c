import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

ColumnLayout {
    id: detail
    readonly property var vm: app.connections
    readonly property var row: vm.chosen
    readonly property var unread: row.not_understood || {}

    component Fact: RowLayout {
        property string label: ""
        property string value: ""
        Layout.fillWidth: true
        spacing: 16
        visible: value
        AppText { Layout.preferredWidth: Math.round(132 * Theme.scale); muted: true; text: parent.label; wrapMode: Text.Wrap }
        AppText { Layout.fillWidth: true; text: parent.value; wrapMode: Text.Wrap }
    }
    spacing: 16
    ScreenHead {
        Layout.fillWidth: true
        subtitle: detail.row.account || ""
        title: detail.row.label || ""
        ActionButton { enabled: !detail.vm.busy; iconName: "sync"; text: detail.vm.busy ? qsTr("Syncing…") : qsTr("Sync now"); onClicked: detail.vm.sync_now() }
    }
    Banner {
        Layout.fillWidth: true
        detail: detail.vm.refusal.waiting > 0 ? qsTr("%n order(s) wait for it. ", "", detail.vm.refusal.waiting) + Words.nextStep("empty_queue") : (detail.vm.refusal.next_step || "")
        title: qsTr("Not disconnected")
        visible: !!detail.vm.refusal.code
    }
    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: facts.implicitHeight
        ScrollBar.vertical: ScrollBar { }
        ColumnLayout {
            id: facts
            spacing: 10
            width: flick.width
            Fact { label: qsTr("State"); value: Words.connection(detail.row.state || "") }
            Fact { label: qsTr("Location"); value: detail.row.location || "" }
            Fact { label: qsTr("Signed in until"); value: (fmt.locale, detail.row.token_expires_at ? fmt.date(detail.row.token_expires_at) : qsTr("no end")) }
            Fact { label: qsTr("Last contact"); value: (fmt.locale, fmt.beat, detail.row.last_good_at ? qsTr("%1 ago").arg(fmt.ago(detail.row.last_good_at)) : qsTr("never")) }
            Fact { label: qsTr("Waiting for it"); value: qsTr("%n order(s)", "", detail.row.waiting || 0) }
            Banner {
                Layout.fillWidth: true
                Layout.topMargin: 8
                detail: qsTr("Look at these there; each is read again when it changes. The rest is up to date.")
                meaning: "attention"
                title: qsTr("%n object(s) could not be understood", "", detail.unread.count || 0)
                visible: !!detail.unread.count
            }
            Repeater {
                model: detail.unread.objects || []
                ColumnLayout {
                    required property var modelData
                    Layout.fillWidth: true
                    spacing: 2
                    AppText { Layout.fillWidth: true; text: modelData.id + " · " + modelData.stream; wrapMode: Text.WrapAnywhere }
                    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: modelData.reason; wrapMode: Text.Wrap }
                }
            }
            AppText { muted: true; text: qsTr("and %n more", "", detail.unread.more || 0); visible: (detail.unread.more || 0) > 0 }
            AppText { Layout.topMargin: 12; strong: true; text: qsTr("What it can do") }
            GridLayout {
                Layout.fillWidth: true
                columnSpacing: 16
                columns: flick.width > 480 * Theme.scale ? 2 : 1
                rowSpacing: 6
                uniformCellWidths: true
                Repeater {
                    model: detail.row.capabilities || []
                    RowLayout {
                        required property var modelData
                        Layout.fillWidth: true
                        spacing: 8
                        Icon { color: modelData.allowed ? Theme.good : Theme.soft; name: modelData.allowed ? "check" : "minus"; size: 18 }
                        AppText { Layout.fillWidth: true; muted: !modelData.allowed; text: modelData.allowed ? Words.capability(modelData.code, modelData.value || "") : qsTr("No: %1").arg(Words.capability(modelData.code, modelData.value || "")) }
                    }
                }
            }
            AppText { Layout.topMargin: 12; strong: true; text: qsTr("Last calls"); visible: (detail.row.calls || []).length > 0 }
            Repeater {
                model: detail.row.calls || []
                RowLayout {
                    required property var modelData
                    Layout.fillWidth: true
                    spacing: 12
                    Icon { color: modelData.status < 400 && modelData.status > 0 ? Theme.good : Theme.problem; name: modelData.status < 400 && modelData.status > 0 ? "check" : "alert-octagon"; size: 16 }
                    AppText { Layout.preferredWidth: Math.round(72 * Theme.scale); font.pixelSize: Theme.small; muted: true; text: (fmt.locale, fmt.time(modelData.at)) }
                    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; text: modelData.method + " " + modelData.path; wrapMode: Text.WrapAnywhere }
                    AppText { font.pixelSize: Theme.small; text: modelData.status > 0 ? modelData.status : qsTr("no answer") }
                    AppText { Layout.preferredWidth: Math.round(80 * Theme.scale); font.pixelSize: Theme.small; horizontalAlignment: Text.AlignRight; muted: true; text: (fmt.locale, qsTr("%1 ms").arg(fmt.number(modelData.ms))) }
                }
            }
        }
    }
    RowLayout {
        Item { Layout.fillWidth: true }
        InlineConfirm { question: qsTr("Disconnect it?"); text: qsTr("Disconnect"); onConfirmed: detail.vm.disconnect_chosen() }
    }
}
