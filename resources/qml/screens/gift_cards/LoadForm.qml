import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Sell a card of this shop's own, or put money on one: code, amount, how it was paid.
Flickable {
    id: form
    required property var vm
    property string currency: ""
    property string paid: "cash"
    readonly property bool ready: code.text.trim().length >= 5 && amount.text !== "" && !amount.wrong
        && (paid === "cash" || (slip.text !== "" && /^[0-9]{4}$/.test(lastFour.text)))

    function detail() {
        return paid === "cash" ? { kind: "cash" } : { kind: "card", reference: slip.text, last_four: lastFour.text }
    }
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: inside.height
    ScrollBar.vertical: ScrollBar { policy: form.contentHeight > form.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
    onVisibleChanged: if (visible) { code.text = vm.code; amount.clear(); slip.clear(); lastFour.clear() }
    ColumnLayout {
        id: inside
        width: form.width - 12
        spacing: 12
        AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: qsTr("Sell or reload a card"); wrapMode: Text.Wrap }
        AppText { Layout.fillWidth: true; muted: true; text: qsTr("Take the money first. A new code makes a new card; a known one gets the amount on top."); wrapMode: Text.Wrap }
        Field { id: code; Layout.fillWidth: true; iconName: "gift-outline"; label: qsTr("Gift card code") }
        Field {
            id: amount
            Layout.fillWidth: true
            iconName: "cash"
            inputMethodHints: Qt.ImhFormattedNumbersOnly
            label: qsTr("Amount in %1").arg(form.currency)
            wrong: text !== "" && !/^[0-9]+([.,][0-9]{1,3})?$/.test(text)
        }
        RowLayout {
            spacing: 8
            Repeater {
                model: ["cash", "card"]
                Chip { required property string modelData; chosen: form.paid === modelData; iconName: Words.tenderIcon(modelData); text: Words.tender(modelData); onClicked: form.paid = modelData }
            }
        }
        RowLayout {
            spacing: 8
            visible: form.paid === "card"
            Field { id: slip; Layout.fillWidth: true; label: qsTr("Reference on the slip") }
            Field { id: lastFour; Layout.preferredWidth: Math.round(140 * Theme.scale); inputMethodHints: Qt.ImhDigitsOnly; label: qsTr("Last four digits"); maximumLength: 4; wrong: text !== "" && !/^[0-9]{1,4}$/.test(text) }
        }
        RowLayout {
            spacing: 8
            ActionButton { text: qsTr("Cancel"); variant: "quiet"; onClicked: form.vm.sell(false) }
            ActionButton { Layout.fillWidth: true; enabled: form.ready && !form.vm.busy; text: qsTr("Put the amount on the card"); variant: "primary"; onClicked: form.vm.put_on(code.text, amount.text, form.detail()) }
        }
    }
}
