import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "gift_cards"

FocusScope {
    id: screen
    readonly property var vm: app.gift_cards
    readonly property var card: vm.card

    function rightName(act) {
        switch (act) {
        case "redeem": return qsTr("Pay with a card")
        case "sell": return qsTr("Sell a new card")
        case "reload": return qsTr("Add money to a card")
        default: return qsTr("Pay with a card while offline")
        }
    }
    readonly property bool maySell: vm.rights.some(row => row.act === "sell" && row.allowed && row.here)
    function move(kind) {
        return kind === "redeem" ? qsTr("Paid with") : kind === "refund" ? qsTr("Given back") : kind === "sell" ? qsTr("Sold") : qsTr("Reloaded")
    }
    RowLayout {
        anchors { fill: parent; margins: 24 }
        spacing: 24
        ColumnLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 3
            spacing: 16
            ScreenHead {
                Layout.fillWidth: true
                subtitle: qsTr("Scan or type a code to see what is on the card.")
                title: qsTr("Gift cards")
                ActionButton { iconName: "plus"; text: qsTr("Sell or reload"); visible: screen.maySell; onClicked: screen.vm.sell(true) }
            }
            RowLayout {
                spacing: 8
                Field { id: code; Layout.fillWidth: true; focus: true; iconName: "gift-outline"; label: qsTr("Gift card code"); onAccepted: screen.vm.check(text) }
                ActionButton { enabled: code.text && !screen.vm.busy; text: screen.vm.busy ? qsTr("Checking…") : qsTr("Check"); variant: "primary"; onClicked: screen.vm.check(code.text) }
            }
            Refusal { Layout.fillWidth: true; meaning: code === "unavailable" ? "attention" : "problem"; refusal: screen.vm.refusal }
            Card {
                Layout.fillHeight: true
                Layout.fillWidth: true
                EmptyState { anchors.centerIn: parent; detail: qsTr("The balance comes from the system that sold the card."); iconName: "gift-outline"; title: qsTr("No card yet"); visible: !screen.card.masked && !screen.vm.selling; width: Math.min(320, parent.width - 32) }
                LoadForm { anchors { fill: parent; margins: 24 } currency: screen.vm.currency; visible: screen.vm.selling; vm: screen.vm }
                ColumnLayout {
                    anchors { fill: parent; margins: 24 }
                    spacing: 8
                    visible: !!screen.card.masked && !screen.vm.selling
                    RowLayout {
                        AppText { Layout.fillWidth: true; muted: true; text: qsTr("Card %1").arg(screen.card.masked || "") }
                        Badge {
                            meaning: screen.card.status === "active" ? "good" : "problem"
                            text: screen.card.status === "active" ? qsTr("Can be used") : screen.card.status === "expired" ? qsTr("Expired") : qsTr("Blocked")
                        }
                    }
                    MoneyText { amount: screen.card.balance || 0; currency: screen.card.currency || ""; font.pixelSize: Math.round(Theme.display * 1.4); strong: true }
                    AppText {
                        Layout.fillWidth: true
                        font.pixelSize: Theme.small
                        muted: true
                        wrapMode: Text.Wrap
                        text: {
                            fmt.locale, fmt.beat
                            const from = Words.source(screen.card.source, screen.card.label) + ", " + qsTr("%1 ago").arg(fmt.ago(screen.card.checked_at || ""))
                            return screen.card.expires ? from + " · " + qsTr("valid until %1").arg(fmt.date(screen.card.expires)) : from
                        }
                    }
                    Rectangle { Layout.fillWidth: true; Layout.topMargin: 12; color: Theme.line; implicitHeight: 1 }
                    ListView {
                        id: moves
                        Layout.fillHeight: true
                        Layout.fillWidth: true
                        clip: true
                        model: screen.card.moves || []
                        delegate: ListRow {
                            required property var modelData
                            detail: (fmt.locale, fmt.date(modelData.at) + (modelData.place ? " · " + modelData.place : ""))
                            focusPolicy: Qt.NoFocus
                            hoverEnabled: false
                            inset: 0
                            iconName: modelData.amount < 0 ? "arrow-top-right" : "arrow-bottom-left"
                            title: screen.move(modelData.kind)
                            width: moves.width
                            trailing: MoneyText { amount: modelData.amount; currency: screen.card.currency }
                        }
                    }
                }
            }
        }
        Flickable {
            id: side
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.preferredWidth: 2
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            contentHeight: sideContent.height
            ScrollBar.vertical: ScrollBar { policy: side.contentHeight > side.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
            ColumnLayout {
                id: sideContent
                height: Math.max(side.height, implicitHeight)
                width: side.width
                spacing: 24
                Card {
                    Layout.fillWidth: true
                    implicitHeight: rights.implicitHeight + 40
                    ColumnLayout {
                        id: rights
                        anchors { left: parent.left; margins: 20; right: parent.right; verticalCenter: parent.verticalCenter }
                        spacing: 14
                        AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: qsTr("What this shop can do"); wrapMode: Text.WordWrap }
                        Repeater {
                            model: screen.vm.rights
                            RowLayout {
                                required property var modelData
                                Layout.fillWidth: true
                                spacing: 12
                                Icon { Layout.alignment: Qt.AlignTop; color: modelData.allowed ? Theme.good : Theme.soft; name: modelData.allowed ? "check-circle" : "minus-circle-outline"; size: 20 }
                                ColumnLayout {
                                    Layout.fillWidth: true
                                    spacing: 0
                                    AppText { Layout.fillWidth: true; strong: modelData.allowed; text: screen.rightName(modelData.act); wrapMode: Text.Wrap }
                                    AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: modelData.label ? modelData.label + ": " + Words.reason(modelData.reason) : Words.reason(modelData.reason); visible: !modelData.allowed; wrapMode: Text.Wrap }
                                }
                            }
                        }
                    }
                }
                Card {
                    Layout.fillHeight: true
                    Layout.fillWidth: true
                    Layout.minimumHeight: 240
                    clip: true
                    ColumnLayout {
                        anchors { fill: parent; margins: 20 }
                        spacing: 8
                        AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: qsTr("Today"); wrapMode: Text.WordWrap }
                        ListView {
                            id: recent
                            Layout.fillHeight: true
                            Layout.fillWidth: true
                            clip: true
                            model: screen.vm.recent
                            delegate: ListRow {
                                required property var modelData
                                detail: (fmt.locale, fmt.time(modelData.at))
                                focusPolicy: Qt.NoFocus
                                hoverEnabled: false
                                inset: 0
                                title: screen.move(modelData.kind) + " " + modelData.masked
                                width: recent.width
                                trailing: MoneyText { amount: modelData.amount; currency: modelData.currency }
                            }
                            EmptyState { anchors.centerIn: parent; iconName: "gift-off-outline"; title: qsTr("No card was used today"); visible: recent.count === 0; width: parent.width - 32 }
                        }
                    }
                }
            }
        }
    }
}
